using System.CommandLine;
using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm sample</c>: pictures from a checkpoint, as a PNG grid.</summary>
internal static class SampleCommand
{
    private const int Columns = 8;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "digits or flowers, which ship with the kit, or a .safetensors file.", DefaultValueFactory = _ => "digits" };
        var output = new Option<string>("--out", "-o") { Description = "The PNG file to write.", DefaultValueFactory = _ => "samples.png" };
        var count = new Option<int>("--count", "-n") { Description = "How many pictures.", DefaultValueFactory = _ => 16 };
        var calls = new Option<int>("--calls") { Description = "How many timesteps the stride visits, if --stride does not say.", DefaultValueFactory = _ => 20 };
        var schedule = new Option<string>("--schedule") { Description = $"One of {string.Join(", ", NoiseSchedule.Names)}.", DefaultValueFactory = _ => "cosine" };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps.", DefaultValueFactory = _ => 1000 };
        var stride = new Option<string?>("--stride") { Description = "Such as full, uniform50, trailing10, karras10:7 or custom:1,500,1000." };
        var rule = new Option<string>("--rule") { Description = "The step rule: ddim, ddpm, heun, dpm++2m, ….", DefaultValueFactory = _ => "ddim" };
        var eta = new Option<double?>("--eta") { Description = "η of ddim: 0 is deterministic, 1 as random as ddpm." };
        var classes = new Option<string?>("--class") { Description = "Which classes, in turn; all of them if absent." };
        var guidance = new Option<double>("--guidance") { Description = "The weight of classifier-free guidance: 1 is none, 0 ignores the class.", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "Equal seeds give equal pictures.", DefaultValueFactory = _ => 1 };
        var compute = new Option<string>("--compute") { Description = "fastest, float32 or bfloat16.", DefaultValueFactory = _ => "fastest" };
        var command = new Command("sample", "Draws pictures from a trained network.")
        {
            checkpoint, output, count, calls, schedule, timesteps, stride, rule, eta, classes, guidance, seed, compute,
        };
        command.SetAction(parsed => BadInput.Report(() =>
        {
            string file = parsed.GetValue(output)!;
            if (Path.GetExtension(file) != ".png")
            {
                throw new InvalidInputException("--out", $"\"{file}\"", "a name that ends in .png");
            }

            int wanted = parsed.GetValue(count);
            if (wanted is < 1 or > 4096)
            {
                throw new InvalidInputException("--count", $"{wanted}", "1 to 4096 pictures");
            }

            StepRule chosen = (parsed.GetValue(rule)!, parsed.GetValue(eta)) switch
            {
                (var text, null) => StepRule.Parse(text),
                ("ddim", { } number) => StepRule.Parse(string.Create(CultureInfo.InvariantCulture, $"ddim:{number}")),
                var (text, _) => throw new InvalidInputException("--eta", $"η for {text}", "--rule ddim"),
            };
            Stride spread = parsed.GetValue(stride) is { } given ? Stride.Parse(given) : Stride.Uniform(parsed.GetValue(calls));
            var sampler = new Sampler(NoiseSchedule.Parse(parsed.GetValue(schedule)!, parsed.GetValue(timesteps)), spread, chosen);
            ScalarType type = ComputeOption.Read(parsed.GetValue(compute)!);
            using DenoisingNetwork network = Checkpoints.Load(parsed.GetValue(checkpoint)!);
            network.Compute = type;
            network.Device = ComputeDevice.Fastest;
            if (network.SampleShape.Count != 3)
            {
                throw new InvalidInputException("checkpoint", $"a network of points, [{string.Join(", ", network.SampleShape)}]", "a network of pictures");
            }

            Draw(network, Denoiser(network, parsed.GetValue(classes), parsed.GetValue(guidance), wanted), sampler, wanted, parsed.GetValue(seed), file);
            return 0;
        }));
        return command;
    }

    private static IDenoiser Denoiser(DenoisingNetwork network, string? classes, double guidance, int count)
    {
        if (network.Classes == 0)
        {
            const string Without = "nothing: this network was trained without classes";
            return (classes, guidance) switch
            {
                (null, 1) => network,
                (null, _) => throw new InvalidInputException("--guidance", FormattableString.Invariant($"{guidance}"), Without),
                _ => throw new InvalidInputException("--class", classes, Without),
            };
        }

        IReadOnlyList<int> asked = classes is null ? [.. Enumerable.Range(0, network.Classes)] : Numbers.Whole("--class", classes);
        return network.Conditional([.. Enumerable.Range(0, count).Select(i => (long)asked[i % asked.Count])], guidance);
    }

    private static void Draw(DenoisingNetwork network, IDenoiser denoiser, Sampler sampler, int count, int seed, string file)
    {
        using var scope = NewDisposeScope();
        using Tensor start = Sampler.Start([count, .. network.SampleShape], seed);
        SamplingResult result = sampler.Run(denoiser, start, seed);
        PictureGrid.Save(file, result.Sample, Math.Min(count, Columns), scale: Math.Max(1, 64 / (int)network.SampleShape[1]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file}: {count} pictures, {sampler.Rule} over {sampler.Timesteps.Count} timesteps, {result.Cost.DenoiserCalls} calls, {result.Cost.Elapsed.TotalSeconds:0.0} s"));
    }
}
