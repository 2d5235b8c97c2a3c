using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Diffusion.Plots;
using Spectre.Console;

namespace Diffusion.Cli;

/// <summary><c>ddm compare</c>: schedules × strides × rules × calls, scored against the truth.</summary>
internal static class CompareCommand
{
    private const string DefaultStrides = "trailing,uniform,quadratic,logsnr,karras,likelihood,trajectory,outcome";

    private const int DefaultSamples = 10_000;

    private const string About =
        "Compares samplers on a mixture and its exact denoiser, or on a trained network: CSV, a table here and an HTML page. All samplers "
        + "start from the same noise for the same seed. The last row of a table is the reference: true samples beside other true samples, "
        + "or held-out samples. A run that was stopped goes on with the same command; a grid can be computed in parts, to the same bytes.";

    public static Command Create()
    {
        var schedules = Options.WithDefault("--schedules", "linear,cosine", $"Of {string.Join(", ", NoiseSchedule.Names)}, linear:0.0001:0.02; with commas.");
        var timesteps = Options.WithDefault("--T", 1000, "The number of timesteps.");
        var strides = Options.WithDefault("--strides", DefaultStrides,
            "Families of strides, named or searched for (likelihood, trajectory, outcome, outcome-free). On a network a search is long.");
        var rules = Options.WithDefault("--rules", "ddim", "Step rules: ddim, ddim:0.5, ddpm, heun, dpm++2m, ….");
        var calls = Options.WithDefault("--calls", "5,10,20",
            "How many denoiser calls a sampler may take. Heun's rule takes two a step, so it visits half as many timesteps.");
        var samples = new Option<int?>("--samples")
        {
            Description = $"How many samples each run draws: {DefaultSamples} of a mixture, and of a network as many as are held out, "
                + $"at most {EvaluateCommand.DefaultMaxSamples}, if absent.",
        };
        var seeds = Options.WithDefault("--seeds", 5, "How many runs score each sampler, with the seeds 1, 2, ….");
        var searchSeed = Options.WithDefault("--search-seed", 0, "The seed that strides are searched for with; none of those that score.");
        var benchmarks = new BenchmarkOptions();
        var output = Folder();
        var shard = Options.WithDefault("--shard", "1/1",
            "i/n: only this part of the grid, for `ddm compare merge` to join. All parts must come from one build, with one --compute.");
        var threads = Options.WithDefault("--threads", Environment.ProcessorCount, "How many samplers at once.");
        var command = new Command("compare", About)
        {
            schedules, timesteps, strides, rules, calls, samples, seeds, searchSeed, output, shard, threads, Merge(),
        };
        command.AddAll(benchmarks.All);
        command.SetAction((parsed, cancellation) => Task.FromResult(Refusal.Of(() => benchmarks.Use(parsed, benchmark =>
        {
            int defaultSamples = benchmark is MixtureBenchmark
                ? DefaultSamples
                : Math.Min(EvaluateCommand.DefaultMaxSamples, benchmark.Description.MaxSamples);
            var plan = new ComparisonPlan(
                benchmark.Description,
                Names(parsed.GetValue(schedules)!),
                parsed.GetValue(timesteps),
                [.. Names(parsed.GetValue(strides)!).Select(StrideFamily.Parse)],
                [.. Names(parsed.GetValue(rules)!).Select(StepRule.Parse)],
                IntList.Parse("--calls", parsed.GetValue(calls)!),
                parsed.GetValue(samples) ?? defaultSamples,
                parsed.GetValue(seeds),
                parsed.GetValue(searchSeed));
            string folder = parsed.GetValue(output)!;
            Output.RequireFolder(output.Name, folder);
            return Run(
                Comparison.Open(plan, folder, StrideCache.OfUser), benchmark, folder,
                Shard(parsed.GetValue(shard)!), parsed.GetValue(threads), cancellation);
        }), left: "the same command goes on from here.")));
        return command;
    }

    private static Command Merge()
    {
        var parts = new Argument<string[]>("parts") { Description = "The folders that --shard wrote.", Arity = ArgumentArity.OneOrMore };
        var output = Folder();
        var command = new Command("merge", "Joins the parts of a comparison.") { parts, output };
        command.SetAction(parsed => Refusal.Of(() =>
        {
            string folder = parsed.GetValue(output)!;
            Output.RequireFolder(output.Name, folder);
            return Finish(Comparison.Merge(parsed.GetRequiredValue(parts), folder).Read(), folder);
        }));
        return command;
    }

    private static Option<string> Folder() => new("--out", "-o")
    {
        Description = "The folder for the results.",
        DefaultValueFactory = _ => Path.Combine(NotebookFiles.Home(), "artifacts", "compare"),
    };

    private static int Run(
        Comparison comparison, Benchmark benchmark, string folder, (int Part, int Parts) shard, int threads, CancellationToken cancellation)
    {
        // Every sampler that is done is in its file.
        Interruption.Patience = TimeSpan.FromSeconds(0.7);
        InvalidInputException.Require(threads >= 1, "--threads", $"{threads}", "at least 1");
        int missing = comparison.Missing.Count, all = comparison.Plan.Cells().Count, done = 0;
        Console.Error.WriteLine($"{all} samplers, {all - missing} of them done before");
        var clock = Stopwatch.StartNew();
        comparison.Run(benchmark, shard.Part, shard.Parts, threads, Report, cancellation);
        if (comparison.Missing.Count == 0)
        {
            return Finish(comparison.Read(), folder);
        }

        Console.WriteLine($"{folder}: part {shard.Part}/{shard.Parts} is done. Join the parts with: ddm compare merge PART… --out FOLDER");
        return 0;

        void Report(ComparisonCell cell) => Console.Error.WriteLine(FormattableString.Invariant(
            $"  {Interlocked.Increment(ref done)}, {clock.Elapsed.TotalSeconds:0} s: {cell}"));
    }

    private static int Finish(ComparisonTable table, string folder)
    {
        AtomicFile.Write(Path.Combine(folder, "compare.csv"), stream => stream.Write(Encoding.UTF8.GetBytes(table.ToCsv())));
        AtomicFile.Write(Path.Combine(folder, "compare.html"), stream => stream.Write(Encoding.UTF8.GetBytes(ComparisonPage.Of(table))));
        foreach (ComparisonSection section in table.Sections())
        {
            var shown = new Table().Border(TableBorder.Simple).Title(Markup.Escape(section.Title));
            shown.AddColumns([.. section.Brief.Select(column => Markup.Escape(section.Header[column]))]);
            foreach (string[] row in section.Rows)
            {
                shown.AddRow([.. section.Brief.Select(column => Markup.Escape(row[column]))]);
            }

            AnsiConsole.Write(shown);
        }

        Console.WriteLine($"{Path.Combine(folder, "compare.csv")} and compare.html");
        return 0;
    }

    // A comma before a number belongs to a name, as in logsnr:9,2,-9.
    private static string[] Names(string text) =>
        [.. Regex.Split(text, @",(?!\s*[-+.\d])").Select(name => name.Trim()).Where(name => name.Length > 0)];

    private static (int Part, int Parts) Shard(string text) =>
        text.Split('/') is [var i, var n] && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out int part)
        && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int parts)
            ? (part, parts)
            : throw new InvalidInputException("--shard", $"\"{text}\"", "i/n with i in 1..n");
}
