using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>
/// A trained network. The truth is not at hand, so samples are held against those of a long run from the same noise, sample by
/// sample, as notebook 9 does with digits.
/// </summary>
/// <param name="name">What the page calls it.</param>
/// <param name="network">The network.</param>
/// <param name="checkpoint">By what <see cref="Checkpoints.Load"/> finds it.</param>
/// <param name="identity">Distinguishes these weights from others under the same name.</param>
internal sealed class NetworkSubject(string name, DenoisingNetwork network, string checkpoint, string identity) : Subject
{
    private static readonly Sampler Long = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(50));

    private static readonly Recent<double[]> LongRuns = new(16);

    public DenoisingNetwork Network => network;

    public string Checkpoint => checkpoint;

    public override string Name => name;

    public override string Identity => identity;

    public override IReadOnlyList<long> Shape => network.SampleShape;

    public override string Metric => "root mean square difference to 50 calls (cosine, trailing50) from the same noise";

    public override void Require(int? asked, double guidance)
    {
        if (network.Classes == 0)
        {
            const string Without = "nothing: this network was trained without classes";
            InvalidInputException.Require(asked is null, "class", $"{asked}", Without);
            InvalidInputException.Require(guidance == 1, "guidance", FormattableString.Invariant($"{guidance}"), Without);
        }
        else if (asked is { } label)
        {
            network.Conditional(label, guidance);
        }
    }

    /// <summary>All classes in turn, as <c>ddm sample</c> asks for them, or one.</summary>
    public override IDenoiser Denoiser(Choice choice) => network.Classes == 0
        ? network
        : network.Conditional(
            [.. Enumerable.Range(0, choice.Count).Select(i => (long)(choice.Class ?? i % network.Classes))], choice.Guidance);

    public override Tensor Start(int count, int seed) => Noise.Gaussian([count, .. network.SampleShape], seed);

    public override int NoiseSeed(int seed) => seed;

    public override double[] Distances(Choice choice, Tensor samples, CancellationToken cancellation)
    {
        double[] far = LongRuns.Get(choice.Course, () =>
        {
            using var scope = NewDisposeScope();
            return Floats.Of(Draw(Long, Denoiser(choice), Start(choice.Count, choice.Seed), choice.Seed, cancellation));
        });
        int numbers = far.Length / choice.Count;
        return [.. Floats.Of(samples).Zip(far, (x, y) => (x - y) * (x - y)).Chunk(numbers).Select(sample => Math.Sqrt(sample.Average()))];
    }

    public override double? Floor(Choice choice, CancellationToken cancellation) => null;

    public override double[]? Truth(Choice choice) => null;

    public override StrideFinder Finder(NoiseSchedule schedule) => new(schedule, SearchBatchOf, identity, seed: 0, StrideCache.OfUser);

    // Without the data the long run stands for them.
    private SearchBatch SearchBatchOf(int seed)
    {
        int numbers = (int)network.SampleShape.Aggregate(1L, (product, side) => product * side);
        int count = Math.Clamp(SearchBatch.NetworkNumbers / numbers, 8, SearchBatch.MaxSamples);
        IDenoiser denoiser = network.Classes == 0
            ? network
            : network.Conditional([.. Enumerable.Range(0, count).Select(i => (long)(i % network.Classes))]);
        Tensor start = Start(count, seed);
        return new(denoiser, Long.Run(denoiser, start, seed).Sample, start);
    }
}
