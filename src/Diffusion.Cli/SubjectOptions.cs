using System.CommandLine;
using Diffusion.Comparing;

namespace Diffusion.Cli;

/// <summary>What samplers are compared on: a mixture with its exact denoiser, or a trained network with its data.</summary>
internal sealed class SubjectOptions
{
    private readonly Option<string?> mixture = MixtureOption.Create();
    private readonly Option<string?> network = new("--network") { Description = $"Instead of a mixture: {string.Join(", ", Checkpoints.Names)}, or a .safetensors file." };
    private readonly Option<string?> data = new("--data") { Description = $"What the network was trained on: {DataSet.Names}." };
    private readonly Option<double> guidance = new("--guidance") { Description = "The weight of the network's classifier-free guidance; 1 is none.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> compute = new("--compute") { Description = "What the network computes in: fastest, float32 or bfloat16.", DefaultValueFactory = _ => "fastest" };
    private readonly DataOptions options = new();

    /// <summary>The options that only a network takes.</summary>
    private Option[] OfNetwork => [data, options.Count, options.Seed, options.Side, options.Channels, guidance, compute];

    public void AddTo(Command command) => Array.ForEach([mixture, network, .. OfNetwork], command.Add);

    /// <summary>Does something with what the options say, and lets go of it.</summary>
    /// <exception cref="InvalidInputException">The options do not fit together, or what they name cannot be read.</exception>
    public int Use(ParseResult parsed, Func<ComparisonSubject, int> use)
    {
        if (parsed.GetValue(network) is not { } name)
        {
            if (OfNetwork.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle)
            {
                throw new InvalidInputException("--network", $"nothing, but {idle.Name}", $"a network, which {idle.Name} is for");
            }

            using var exact = new MixtureSubject(MixtureOption.Read(parsed.GetValue(mixture)));
            return use(exact);
        }

        if (parsed.GetValue(mixture) is not null)
        {
            throw new InvalidInputException("--network", "a network and --mixture", "one of them");
        }

        string trainedOn = parsed.GetValue(data) ?? throw new InvalidInputException("--data", "nothing", $"what the network was trained on: {DataSet.Names}");
        using DenoisingNetwork loaded = Checkpoints.Load(name);
        loaded.Compute = ComputeOption.Read(parsed.GetValue(compute)!);
        loaded.Device = ComputeDevice.Fastest;
        using DataSet all = options.Open(trainedOn, parsed);
        using var progress = new ProgressLine();
        using var trained = new NetworkSubject(loaded, all, parsed.GetValue(guidance), report: (step, loss) =>
        {
            progress.Show(FormattableString.Invariant($"classifier: step {step} of {FeatureClassifier.DefaultSteps}, loss {loss:F2}"));
            if (step == FeatureClassifier.DefaultSteps)
            {
                progress.Dispose();
            }
        });
        return use(trained);
    }
}
