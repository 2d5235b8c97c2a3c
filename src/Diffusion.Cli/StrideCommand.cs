using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffusion.Cli;

/// <summary><c>ddm stride</c>: the timesteps that a stride visits, or the best stride under an objective, as JSON.</summary>
internal static class StrideCommand
{
    private const string About =
        "Prints the timesteps that a stride visits, or finds the best stride for a mixture and its exact denoiser, or for a network.";

    private static readonly string[] Objectives = ["likelihood", "trajectory", "outcome", "outcome-free"];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var sampling = new SamplerOptions();
        sampling.Schedule.Description =
            $"One of {string.Join(", ", NoiseSchedule.Names)}; needed by logsnr and karras; --optimize takes linear when absent, or cosine for a network.";
        sampling.Rule.Description = "The step rule that the outcome is taken with.";
        var optimize = new Option<string?>("--optimize")
        {
            Description = $"Finds the best stride instead, by one of {string.Join(", ", Objectives)} (which may start below T).",
        };
        optimize.CompletionSources.Add(Objectives);
        var counts = Options.WithDefault("--K", "10", "How many timesteps the best stride visits; several with commas.");
        var benchmarks = new BenchmarkOptions();
        var seed = Options.WithDefault("--seed", 0, "The seed that the search draws from.");
        var command = new Command("stride", About)
        {
            sampling.Stride, sampling.Schedule, sampling.T, optimize, counts, sampling.Rule, seed,
        };
        command.AddAll(benchmarks.All);
        command.SetAction((parsed, cancellation) => Task.FromResult(Refusal.Of(() =>
            (parsed.GetValue(sampling.Stride), parsed.GetValue(optimize)) switch
            {
                ({ } text, null) => Print(text, parsed.GetValue(sampling.T), parsed.GetValue(sampling.Schedule)),
                (null, { } objective) => benchmarks.Use(parsed, benchmark => Find(
                    objective,
                    benchmark.StrideFinderFor(sampling.ReadSchedule(parsed, benchmark is NetworkBenchmark ? "cosine" : "linear"), parsed.GetValue(seed), StrideCache.OfUser),
                    IntList.Parse("--K", parsed.GetValue(counts)!),
                    StepRule.Parse(parsed.GetValue(sampling.Rule)!),
                    cancellation)),
                (null, null) => throw new InvalidInputException("stride", "nothing", "--stride or --optimize"),
                _ => throw new InvalidInputException("stride", "--stride and --optimize", "one of them"),
            })));
        return command;
    }

    private static int Print(string text, int T, string? schedule)
    {
        var stride = Stride.Parse(text);
        IReadOnlyList<int> timesteps = schedule is null ? stride.Timesteps(T) : stride.Timesteps(NoiseSchedule.Parse(schedule, T));
        Console.WriteLine(JsonSerializer.Serialize(new { T, stride = text, timesteps }, Plain));
        return 0;
    }

    private static int Find(string name, StrideFinder finder, IReadOnlyList<int> counts, StepRule rule, CancellationToken cancellation)
    {
        StrideObjective objective = (Objectives.Contains(name) ? StrideFamily.Parse(name).Objective : null)
            ?? throw new InvalidInputException("--optimize", $"\"{name}\"", string.Join(", ", Objectives));
        NoiseSchedule schedule = finder.Schedule;
        using var line = new ProgressLine();
        var strides = counts.Select(count =>
        {
            OptimalStride best = finder.Find(objective, count, rule, new Part(line, count), cancellation);
            return new { K = count, cost = best.Cost, stride = $"{best.Stride}", timesteps = best.Stride.Timesteps(schedule) };
        }).ToList();
        line.Dispose();
        Console.WriteLine(JsonSerializer.Serialize(
            new { schedule = schedule.Name, schedule.T, objective = name, rule = $"{rule}", seed = finder.Seed, strides }, Plain));
        return 0;
    }

    /// <summary>How much the denoiser has been asked of what the dynamic programs need; after that comes the search.</summary>
    private sealed class Part(ProgressLine line, int count) : IProgress<double>
    {
        public void Report(double value) => line.Show(
            value < 1 ? FormattableString.Invariant($"K = {count}: asking the denoiser, {100 * value:F0} %") : $"K = {count}: searching");
    }
}
