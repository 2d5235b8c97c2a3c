using System.CommandLine;
using System.Globalization;
using Diffusion.Lab;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm sample</c>: pictures from a checkpoint, as a PNG grid.</summary>
internal static class SampleCommand
{
    private const int Columns = 8;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint")
        {
            Description = $"{string.Join(" or ", Checkpoints.Names)}, which ship with the kit, or a file that `ddm train` wrote or that holds weights as safetensors.",
            DefaultValueFactory = _ => "digits",
        };
        checkpoint.CompletionSources.Add([.. Checkpoints.Names]);
        var output = new Option<string>("--out", "-o") { Description = "The PNG file to write.", DefaultValueFactory = _ => "samples.png" };
        var count = new Option<int>("--count", "-n") { Description = "How many pictures.", DefaultValueFactory = _ => 16 };
        var calls = Options.WithDefault("--calls", 20, "How many timesteps the stride visits, if --stride does not say.");
        var sampling = new SamplerOptions();
        var eta = new Option<double?>("--eta") { Description = "η of ddim: 0 is deterministic, 1 as random as ddpm." };
        var clip = Options.WithDefault("--clip", "auto", "The bound on x̂0: auto (1 for pictures), none or a number.");
        var classes = new Option<string?>("--class") { Description = "Which classes, in turn, as numbers from 0 with commas; all of them if absent." };
        var seed = Options.WithDefault("--seed", 1, "Equal seeds give equal pictures.");
        var command = new Command("sample", "Draws pictures from a trained network.")
        {
            checkpoint, output, count, calls, sampling.Schedule, sampling.T, sampling.Stride, sampling.Rule, eta, clip, classes,
            sampling.Guidance, seed, sampling.Precision,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Refusal.Of(() =>
        {
            string file = parsed.GetValue(output)!;
            Require(Path.GetExtension(file) == ".png", "--out", $"\"{file}\"", "a name that ends in .png");
            Output.RequireFile("--out", file);
            int wanted = parsed.GetValue(count);
            Require(wanted is >= 1 and <= 4096, "--count", $"{wanted}", "1 to 4096 pictures");
            StepRule rule = (parsed.GetValue(sampling.Rule)!, parsed.GetValue(eta)) switch
            {
                (var text, null) => StepRule.Parse(text),
                ("ddim", { } number) => StepRule.Parse(string.Create(CultureInfo.InvariantCulture, $"ddim:{number}")),
                var (text, _) => throw new InvalidInputException("--eta", $"η for {text}", "--rule ddim"),
            };
            NoiseSchedule schedule = sampling.ReadSchedule(parsed);
            string? given = parsed.GetValue(sampling.Stride);
            int timesteps = parsed.GetValue(calls);
            Require(given is not null || (timesteps >= 1 && timesteps <= schedule.T),
                calls.Name, $"{timesteps}", $"1 to {schedule.T}, the timesteps of the schedule");
            Stride stride = given is null ? Stride.Uniform(timesteps) : Stride.Parse(given);
            var sampler = new Sampler(schedule, stride, rule)
            {
                Clipping = ChoiceText.Clip("--clip", parsed.GetValue(clip)!),
            };
            using DenoisingNetwork network = sampling.Load(parsed.GetValue(checkpoint)!, parsed);
            Require(network.SampleShape.Count == 3,
                "checkpoint", $"a network of points, [{string.Join(", ", network.SampleShape)}]", "a network of pictures");
            IDenoiser denoiser = Denoiser(network, parsed.GetValue(classes), parsed.GetValue(sampling.Guidance), wanted);
            Draw(network, denoiser, sampler, wanted, parsed.GetValue(seed), file, cancellation);
            return 0;
        })));
        return command;
    }

    private static IDenoiser Denoiser(DenoisingNetwork network, string? classes, double guidance, int count)
    {
        if (network.Classes == 0)
        {
            const string Without = "nothing: this network was trained without classes";
            Require(classes is null, "--class", $"{classes}", Without);
            Require(guidance == 1, "--guidance", FormattableString.Invariant($"{guidance}"), Without);
            return network;
        }

        IReadOnlyList<int> asked = classes is null ? [.. Enumerable.Range(0, network.Classes)] : IntList.Parse("--class", classes);
        return network.Conditional([.. Enumerable.Range(0, count).Select(i => (long)asked[i % asked.Count])], guidance);
    }

    private static void Draw(DenoisingNetwork network, IDenoiser denoiser, Sampler sampler, int count, int seed, string file, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using Tensor start = Noise.Gaussian([count, .. network.SampleShape], seed);
        using var progress = new ProgressLine();
        Cost cost = default;
        progress.Show($"step 1 of {sampler.Timesteps.Count}");
        foreach (SamplingStep step in sampler.Walk(denoiser, start, seed))
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Show($"step {Math.Min(step.Index + 2, sampler.Timesteps.Count)} of {sampler.Timesteps.Count}");
            cost = step.Cost;
            if (step.PreviousTimestep == 0)
            {
                PictureGrid.Save(file, step.Next, Math.Min(count, Columns), scale: Math.Max(1, 64 / (int)network.SampleShape[1]));
            }
        }

        progress.Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file}: {count} pictures, {sampler.Rule} over {sampler.Timesteps.Count} timesteps, {cost.DenoiserCalls} calls, ")
            + string.Create(CultureInfo.InvariantCulture, $"{cost.Elapsed.TotalSeconds:0.0} s"));
    }
}
