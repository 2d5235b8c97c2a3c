using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>What samplers are compared on: a mixture with its exact denoiser, or a trained network with its data.</summary>
internal sealed class BenchmarkOptions
{
    private readonly Option<string?> mixture = new("--mixture")
    {
        Description = "A JSON file with weights, means and stds; three modes in the plane when absent.",
    };

    private readonly Option<string?> network = new("--network")
    {
        Description = $"Instead of a mixture: {string.Join(", ", Checkpoints.Names)}, or a .safetensors file. Its samples are scored "
            + "against the training part of its data, beside held-out samples.",
    };

    private readonly DataOptions dataOptions = new();
    private readonly SamplerOptions sampling = new();

    /// <summary>What the network was trained on.</summary>
    public Option<string?> Data { get; } = new("--data") { Description = $"What the network was trained on: {DataSet.Names}." };

    /// <summary>The options of either kind of benchmark.</summary>
    public IEnumerable<Option> All => [mixture, network, .. OfNetwork];

    /// <summary>The options that only a network takes.</summary>
    public IEnumerable<Option> OfNetwork => [Data, .. dataOptions.All, sampling.Guidance, sampling.Precision];

    /// <summary>Does something with what the options say, and lets go of it.</summary>
    /// <exception cref="InvalidInputException">The options do not fit together, or what they name cannot be read.</exception>
    public int Use(ParseResult parsed, Func<Benchmark, int> use)
    {
        string? checkpoint = parsed.GetValue(network), file = parsed.GetValue(mixture);
        if (checkpoint is not null)
        {
            InvalidInputException.Require(file is null, "--network", "a network and --mixture", "one of them");
            return UseNetwork(parsed, checkpoint, use);
        }

        Option? idle = OfNetwork.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        InvalidInputException.Require(idle is null, "--network", $"nothing, but {idle?.Name}", $"a network, which {idle?.Name} is for");
        using var benchmark = new MixtureBenchmark(
            file is null ? GaussianMixture.ThreeModes : MixtureJson.Parse(JsonReading.ReadText(mixture.Name, file)));
        return use(benchmark);
    }

    /// <summary>The same for a network whose checkpoint the verb knows.</summary>
    /// <exception cref="InvalidInputException">The options do not fit the network, or what they name cannot be read.</exception>
    public int UseNetwork(ParseResult parsed, string checkpoint, Func<NetworkBenchmark, int> use)
    {
        string trainedOn = parsed.GetValue(Data)
            ?? throw new InvalidInputException("--data", "nothing", $"what the network was trained on: {DataSet.Names}");
        using DenoisingNetwork loaded = sampling.Load(checkpoint, parsed);
        using DataSet all = dataOptions.Open(trainedOn, parsed, loaded);
        using var progress = new ProgressLine();
        using var benchmark = new NetworkBenchmark(loaded, all, parsed.GetValue(sampling.Guidance), report: (step, loss) =>
        {
            progress.Show(FormattableString.Invariant($"classifier: step {step} of {FeatureClassifier.DefaultSteps}, loss {loss:F2}"));
            if (step == FeatureClassifier.DefaultSteps)
            {
                progress.Dispose();
            }
        });
        return use(benchmark);
    }
}
