using System.CommandLine;
using System.Globalization;
using Diffusion.Cli;

var root = new RootCommand("The Diffusion Notebooks kit: runs the notebooks and writes the book. Without a verb: book.")
{
    RunCommand.Create(),
    ExportCommand.Create(),
    BookCommand.Create(),
    TraceCommand.Create(),
    ScheduleCommand.Create(),
    StrideCommand.Create(),
    CompareCommand.Create(),
    DataCommand.Create(),
    TrainCommand.Create(),
    SampleCommand.Create(),
    EvaluateCommand.Create(),
    LabCommand.Create(),
    DoctorCommand.Create(),
    CompletionCommand.Create(),
};
root.SetAction((_, cancellation) => BookCommand.RunAsync(cancellation));

// Whatever the machine's language, 0.5 is a half, in and out.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

// A name may begin with @, and a response file may be a device that never ends.
var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
return Refusal.OfLine(parsed) ?? await Interruption.InvokeAsync(parsed).ConfigureAwait(false);
