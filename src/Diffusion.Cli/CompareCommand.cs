using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Diffusion.Comparing;

namespace Diffusion.Cli;

/// <summary><c>ddm compare</c>: schedules × strides × rules × calls, scored against the truth.</summary>
internal static class CompareCommand
{
    private const string Usual = "trailing,uniform,quadratic,logsnr,karras,likelihood,trajectory,outcome";

    private const int UsualSamples = 10_000;

    public static Command Create()
    {
        var schedules = new Option<string>("--schedules") { Description = $"Of {string.Join(", ", NoiseSchedule.Names)}; with commas.", DefaultValueFactory = _ => "linear,cosine" };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps.", DefaultValueFactory = _ => 1000 };
        var strides = new Option<string>("--strides") { Description = "Families of strides, named or searched for.", DefaultValueFactory = _ => Usual };
        var rules = new Option<string>("--rules") { Description = "Step rules: ddim, ddim:0.5, ddpm, heun, dpm++2m, ….", DefaultValueFactory = _ => "ddim" };
        var calls = new Option<string>("--calls") { Description = "How many denoiser calls a sampler may take.", DefaultValueFactory = _ => "5,10,20" };
        var samples = new Option<int?>("--samples") { Description = $"How many samples each run draws: {UsualSamples} of a mixture, and of a network as many as are held out, at most {EvaluateCommand.MostSamples}, if absent." };
        var seeds = new Option<int>("--seeds") { Description = "How many runs score each sampler, with the seeds 1, 2, ….", DefaultValueFactory = _ => 5 };
        var searchSeed = new Option<int>("--search-seed") { Description = "The seed that strides are searched for with.", DefaultValueFactory = _ => 0 };
        var subjects = new SubjectOptions();
        var output = Output();
        var shard = new Option<string>("--shard") { Description = "i/n: only this part of the grid, for `ddm compare merge` to join.", DefaultValueFactory = _ => "1/1" };
        var threads = new Option<int>("--threads") { Description = "How many samplers at once.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("compare", "Compares samplers on a mixture and its exact denoiser, or on a trained network: CSV, a table here and an HTML page. Goes on where an earlier run ended.")
        {
            schedules, timesteps, strides, rules, calls, samples, seeds, searchSeed, output, shard, threads,
        };
        subjects.AddTo(command);
        command.Add(Merge());
        command.SetAction((parsed, cancellation) => Task.FromResult(BadInput.Report(() => subjects.Use(parsed, subject =>
        {
            var plan = new ComparisonPlan(
                subject.Description,
                Names(parsed.GetValue(schedules)!),
                parsed.GetValue(timesteps),
                [.. Names(parsed.GetValue(strides)!).Select(StrideFamily.Parse)],
                [.. Names(parsed.GetValue(rules)!).Select(StepRule.Parse)],
                Numbers.Whole("--calls", parsed.GetValue(calls)!),
                parsed.GetValue(samples) ?? (subject is MixtureSubject ? UsualSamples : Math.Min(EvaluateCommand.MostSamples, subject.Description.MostSamples)),
                parsed.GetValue(seeds),
                parsed.GetValue(searchSeed));
            return Run(Comparison.Open(plan, parsed.GetValue(output)!, StrideCache.OfUser), subject, parsed.GetValue(output)!,
                Shard(parsed.GetValue(shard)!), parsed.GetValue(threads), cancellation);
        }))));
        return command;
    }

    private static Command Merge()
    {
        var parts = new Argument<string[]>("parts") { Description = "The folders that --shard wrote.", Arity = ArgumentArity.OneOrMore };
        var output = Output();
        var command = new Command("merge", "Joins the parts of a comparison.") { parts, output };
        command.SetAction(parsed => BadInput.Report(() => Finish(
            Comparison.Merge(parsed.GetRequiredValue(parts), parsed.GetValue(output)!).Read(), parsed.GetValue(output)!)));
        return command;
    }

    private static Option<string> Output() => new("--out", "-o")
    {
        Description = "The folder for the results.",
        DefaultValueFactory = _ => Path.Combine(NotebookFiles.Home(), "artifacts", "compare"),
    };

    private static int Run(Comparison comparison, ComparisonSubject subject, string folder, (int Part, int Parts) shard, int threads, CancellationToken cancellation)
    {
        if (threads < 1)
        {
            throw new InvalidInputException("--threads", $"{threads}", "at least 1");
        }

        int missing = comparison.Missing.Count, all = comparison.Plan.Cells().Count, done = 0;
        Console.Error.WriteLine($"{all} samplers, {all - missing} of them done before");
        var clock = Stopwatch.StartNew();
        try
        {
            comparison.Run(subject, shard.Part, shard.Parts, threads, cell => Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {Interlocked.Increment(ref done)}, {clock.Elapsed.TotalSeconds:0} s: {cell}")), cancellation);
        }
        catch (OperationCanceledException)
        {
            return Refusal.Cancelled("the same command goes on from here.");
        }

        if (comparison.Missing.Count > 0)
        {
            Console.WriteLine($"{folder}: part {shard.Part}/{shard.Parts} is done. Join the parts with: ddm compare merge PART… --out FOLDER");
            return 0;
        }

        return Finish(comparison.Read(), folder);
    }

    private static int Finish(ComparisonTable table, string folder)
    {
        ComparisonReport.Write(table, folder);
        return 0;
    }

    private static string[] Names(string text) => [.. text.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0)];

    private static (int Part, int Parts) Shard(string text) =>
        text.Split('/') is [var i, var n] && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out int part)
        && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int parts)
            ? (part, parts)
            : throw new InvalidInputException("--shard", $"\"{text}\"", "i/n with i in 1..n");
}
