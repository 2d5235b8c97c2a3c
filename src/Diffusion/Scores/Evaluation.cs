using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Judges what a network samples, in sets as large as the held-out sets that are its yardstick. A network of classes is
/// asked for the classes of the held-out samples, so that both have the same share of each.
/// </summary>
public sealed class Evaluation
{
    private const int SamplesAtOnce = 64;

    private readonly DenoisingNetwork network;
    private readonly SampleJudge judge;
    private readonly DataSet heldOut;
    private readonly int count;
    private readonly int sets;

    /// <summary>Puts the parts together.</summary>
    /// <param name="network">The network.</param>
    /// <param name="judge">A judge of the training part that the network was trained on.</param>
    /// <param name="heldOut">The held-out part of the same data set; it must outlive the evaluation.</param>
    /// <param name="count">Samples in a set, from 2.</param>
    /// <param name="sets">How many sets to draw; of held-out samples, as many as there are without repetition.</param>
    /// <exception cref="InvalidInputException">The network does not fit the data, or a number does not.</exception>
    public Evaluation(DenoisingNetwork network, SampleJudge judge, DataSet heldOut, int count, int sets)
    {
        CheckFit(network, heldOut);
        if (count < 2 || count > heldOut.Count)
        {
            throw new InvalidInputException("samples", $"{count}", $"2 to {heldOut.Count}, the number of held-out samples");
        }

        if (sets < 1)
        {
            throw new InvalidInputException("sets", $"{sets}", "a whole number from 1");
        }

        this.network = network;
        this.judge = judge;
        this.heldOut = heldOut;
        this.count = count;
        this.sets = sets;
    }

    /// <summary>How many sets the held-out samples make: as many as are drawn, or as there are without repetition.</summary>
    public int HeldOutSets => Math.Min(sets, heldOut.Count / count);

    /// <summary>Refuses a network whose samples or classes are not the data's, or that cannot be guided.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data set, or a part of it.</param>
    /// <param name="guidance">As <see cref="DenoisingNetwork.Conditional(long, double)"/> has it; networks without classes take 1 only.</param>
    /// <exception cref="InvalidInputException">They do not fit.</exception>
    public static void CheckFit(DenoisingNetwork network, DataSet data, double guidance = 1)
    {
        if (!network.SampleShape.SequenceEqual(data.Samples.shape.Skip(1)))
        {
            throw new InvalidInputException("data", $"{data.Name} with samples of {string.Join("×", data.Samples.shape.Skip(1))}",
                $"the network's samples of {string.Join("×", network.SampleShape)}");
        }

        if (network.Classes > 0 && network.Classes != data.Classes.Count)
        {
            throw new InvalidInputException("data", $"{data.Name} with {data.Classes.Count} classes", $"the network's {network.Classes} classes");
        }

        if (!double.IsFinite(guidance) || (network.Classes == 0 && guidance != 1))
        {
            throw new InvalidInputException("guidance", FormattableString.Invariant($"{guidance}"),
                network.Classes == 0 ? "1: this network was trained without classes" : "a finite number");
        }
    }

    /// <summary>The scores of the held-out sets.</summary>
    public ScoreSummary HeldOut() => ScoreSummary.Of([.. Enumerable.Range(0, HeldOutSets).Select(HeldOut)]);

    /// <summary>The scores of one held-out set.</summary>
    /// <param name="set">From 0 to <see cref="HeldOutSets"/> − 1.</param>
    public SampleScores HeldOut(int set)
    {
        using Tensor samples = heldOut.Samples.narrow(0, set * count, count);
        using Tensor? labels = Labels(set);
        return judge.Score(samples, labels);
    }

    /// <summary>The scores of what the network samples.</summary>
    /// <param name="sampler">How to sample.</param>
    /// <param name="guidance">As <see cref="DenoisingNetwork.Conditional(long, double)"/> has it; networks without classes take 1 only.</param>
    /// <param name="seed">Set i starts from the noise of seed + i, whatever the sampler.</param>
    /// <param name="report">Told how many of all samples are drawn.</param>
    /// <returns>The scores, and the denoiser calls that one sample took.</returns>
    /// <exception cref="InvalidInputException">The network gave no finite samples, or cannot be guided.</exception>
    public (ScoreSummary Scores, long Calls) Samples(Sampler sampler, double guidance = 1, int seed = 1, Action<int, int>? report = null)
    {
        var drawn = Enumerable.Range(0, sets).Select(set => Samples(set, sampler, guidance, seed, done => report?.Invoke(set * count + done, sets * count))).ToList();
        return (ScoreSummary.Of([.. drawn.Select(set => set.Scores)]), drawn[^1].Calls);
    }

    /// <summary>The scores of one set of what the network samples.</summary>
    /// <param name="set">From 0.</param>
    /// <param name="sampler">How to sample.</param>
    /// <param name="guidance">As <see cref="DenoisingNetwork.Conditional(long, double)"/> has it; networks without classes take 1 only.</param>
    /// <param name="seed">The set starts from the noise of this and <paramref name="set"/>, whatever the sampler.</param>
    /// <param name="report">Told how many samples of the set are drawn.</param>
    /// <returns>The scores, and the denoiser calls that one sample took.</returns>
    /// <exception cref="InvalidInputException">The network gave no finite samples, or cannot be guided.</exception>
    public (SampleScores Scores, long Calls) Samples(int set, Sampler sampler, double guidance = 1, int seed = 1, Action<int>? report = null)
    {
        CheckFit(network, heldOut, guidance);
        using var scope = NewDisposeScope();
        long calls = 0;
        Tensor? labels = network.Classes > 0 ? Labels(set % HeldOutSets) : null;
        Tensor start = Sampler.Start([count, .. network.SampleShape], seed + set), samples = empty_like(start);
        for (int begin = 0; begin < count; begin += SamplesAtOnce)
        {
            using var block = NewDisposeScope();
            int here = Math.Min(SamplesAtOnce, count - begin);
            IDenoiser denoiser = labels is null ? network : network.Conditional(labels.narrow(0, begin, here).data<long>().ToArray(), guidance);

            // No two parts of any two sets share the noise of their steps.
            var result = sampler.Run(denoiser, start.narrow(0, begin, here), HashCode(seed + set, begin));
            samples.narrow(0, begin, here).copy_(result.Sample);
            calls = result.Cost.DenoiserCalls;
            report?.Invoke(begin + here);
        }

        return (judge.Score(samples, labels), calls);

        static int HashCode(int seed, int begin) => unchecked((seed * 1_000_003 + begin + 1) & int.MaxValue);
    }

    private Tensor? Labels(int set) => heldOut.Labels?.narrow(0, set * count, count);
}
