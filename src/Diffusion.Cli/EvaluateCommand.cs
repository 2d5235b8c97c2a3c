using System.CommandLine;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Cli;

/// <summary><c>ddm evaluate</c>: how good a checkpoint's samples are at several numbers of calls, beside held-out data.</summary>
internal static class EvaluateCommand
{
    /// <summary>The most samples in a set unless the user says otherwise.</summary>
    public const int DefaultMaxSamples = 200;

    // More would narrow the intervals by less than the third digit.
    private const int MaxSets = 1000;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint")
        {
            Description = $"{string.Join(", ", Checkpoints.Names)}, which ship with the kit, or a .safetensors file.",
        };
        var calls = Options.WithDefault("--calls", "5,10,20,50",
            "Numbers of jumps from noise to sample; a jump is a call of the network (under heun nearly two).");
        var sampling = new SamplerOptions();
        sampling.Stride.Description = "How the calls are spread: uniform if absent, trailing, quadratic, logsnr, karras and so on.";
        var benchmark = new BenchmarkOptions();
        benchmark.Data.Required = true;
        var samples = new Option<int?>("--samples")
        {
            Description = $"Samples in a set: all held-out ones, at most {DefaultMaxSamples}, if absent.",
        };
        var sets = Options.WithDefault("--sets", 3, "Sets to draw, each from its own noise; intervals are over them.");
        var seed = Options.WithDefault("--seed", 1, "The seed of the first set.");
        var output = new Option<string?>("--out", "-o") { Description = "The CSV file to write." };
        var command = new Command("evaluate", "Scores a checkpoint's samples at several numbers of calls, beside held-out data.")
        {
            checkpoint, calls, sampling.Schedule, sampling.T, sampling.Stride, sampling.Rule, samples, sets, seed, output,
        };
        command.AddAll(benchmark.OfNetwork);
        command.SetAction(parsed => Refusal.Of(() =>
        {
            Output.RequireFile(output.Name, parsed.GetValue(output));
            string stride = parsed.GetValue(sampling.Stride) ?? "uniform";
            Require(stride.Length > 0 && stride.All(char.IsAsciiLetter),
                "--stride", $"\"{stride}\"", "the name of a stride without its number, such as uniform or trailing");
            NoiseSchedule schedule = sampling.ReadSchedule(parsed);
            var rule = StepRule.Parse(parsed.GetValue(sampling.Rule)!);
            IReadOnlyList<int> counts = IntList.Parse("--calls", parsed.GetValue(calls)!);
            Sampler[] samplers = [.. counts.Select(count => new Sampler(schedule, Stride.Parse($"{stride}{count}"), rule))];
            return benchmark.UseNetwork(parsed, parsed.GetRequiredValue(checkpoint), network => Run(
                network, samplers, parsed.GetValue(samples), parsed.GetValue(sets), parsed.GetValue(seed), parsed.GetValue(output)));
        }));
        return command;
    }

    private static int Run(NetworkBenchmark network, Sampler[] samplers, int? samples, int sets, int seed, string? file)
    {
        int heldOut = network.Description.MaxSamples, count = samples ?? Math.Min(DefaultMaxSamples, heldOut);
        Require(heldOut >= 2, "--data", $"{heldOut} held-out sample", "data of at least 20 samples, of which a tenth is held out");
        Require(count >= 2 && count <= heldOut, "samples", $"{count}", $"2 to {heldOut}, the number of held-out samples");
        Require(sets is >= 1 and <= MaxSets, "sets", $"{sets}", $"1 to {MaxSets}");
        Array.ForEach(samplers, network.RequireStart);
        using var progress = new ProgressLine();
        var table = new EvaluationTable(Summary.Of(network.Reference(count, sets)));
        foreach (Sampler sampler in samplers)
        {
            var runs = Enumerable.Range(0, sets).Select(set => network.Run(sampler, count, seed + set, set, drawn =>
                progress.Show($"{sampler.Timesteps.Count} jumps: {set * count + drawn} of {sets * count} samples"))).ToList();
            table.Add(runs[^1].Calls, Summary.Of([.. runs.Select(run => run.Scores)]));
            if (file is not null)
            {
                table.Save(file);
            }
        }

        progress.Dispose();
        table.Print();
        return 0;
    }
}
