using System.CommandLine;
using Diffusion.Cli;

var root = new RootCommand("The Diffusion Notebooks kit: runs the notebooks and writes the book. Without a verb: book.")
{
    RunCommand.Create(),
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
};
root.SetAction((_, cancellation) => BookCommand.RunAsync(cancellation));

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    return Refusal.Write(parsed.Errors[0].Message);
}

return await parsed.InvokeAsync().ConfigureAwait(false);
