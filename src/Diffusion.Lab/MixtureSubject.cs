using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>
/// A mixture in the plane and its exact denoiser, on the course of notebook 9: sliced Wasserstein distances of five runs, each from
/// a seed of its own, to four times as many true samples.
/// </summary>
/// <param name="name">What the page calls it.</param>
/// <param name="mixture">The mixture, in two dimensions.</param>
internal sealed class MixtureSubject(string name, GaussianMixture mixture) : Subject
{
    /// <summary>How many runs a distance is the mean of.</summary>
    public const int Runs = 5;

    /// <summary>Added to a seed for its true samples.</summary>
    public const int TruthSeed = 1000;

    /// <summary>True samples for one of the sampler.</summary>
    public const int TruthPerSample = 4;

    private const int OtherTruthSeed = 2000;

    private readonly GaussianMixtureDenoiser denoiser = new(mixture);

    // Plain numbers: a tensor that falls out of use would wait for a finalizer that knows nothing of its size.
    private static readonly Recent<object> Floors = new(64);
    private static readonly Recent<double[]> Truths = new(16);

    public GaussianMixture Mixture => mixture;

    public override string Name => name;

    public override string Identity { get; } = MixtureJson.Write(mixture);

    public override IReadOnlyList<long> Shape { get; } = [2];

    public override string Metric => $"sliced Wasserstein distance to the truth, mean of {Runs} runs";

    public override void Require(int? asked, double guidance)
    {
        const string Without = "nothing: a mixture has no classes to ask for";
        InvalidInputException.Require(asked is null, "class", $"{asked}", Without);
        InvalidInputException.Require(guidance == 1, "guidance", FormattableString.Invariant($"{guidance}"), Without);
    }

    public override IDenoiser Denoiser(Choice choice) => denoiser;

    public override Tensor Start(int count, int seed) => Noise.Gaussian([count, 2], seed, ScalarType.Float64);

    public override int NoiseSeed(int seed) => 0;

    public override double[] Distances(Choice choice, Tensor samples, CancellationToken cancellation) =>
        [.. Enumerable.Range(choice.Seed, Runs).Select(seed =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor drawn = seed == choice.Seed
                ? samples
                : Draw(choice.Sampler, denoiser, Start(choice.Count, seed), NoiseSeed(seed), cancellation);
            return SlicedWasserstein.Distance(drawn, Rows(TruthOf(choice, seed)));
        })];

    public override double? Floor(Choice choice, CancellationToken cancellation) => (double)Floors.Get(choice.Course, () =>
        Enumerable.Range(choice.Seed, Runs).Average(seed =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            return SlicedWasserstein.Distance(mixture.Sample(choice.Count, OtherTruthSeed - 1 + seed), Rows(TruthOf(choice, seed)));
        }));

    public override double[] Truth(Choice choice) =>
        TruthOf(choice, choice.Seed)[..(2 * Math.Min(choice.Count, Limits.FramePoints))];

    public override StrideFinder Finder(NoiseSchedule schedule) => new(schedule, mixture, cache: StrideCache.OfUser);

    private static Tensor Rows(double[] numbers) => tensor(numbers, [numbers.Length / 2, 2]);

    private double[] TruthOf(Choice choice, int seed) => Truths.Get($"{Identity} {choice.Count} {seed}", () =>
    {
        using Tensor drawn = mixture.Sample(TruthPerSample * choice.Count, TruthSeed + seed);
        return Floats.Of(drawn);
    });
}
