using static TorchSharp.torch;

namespace Diffusion.Comparing;

/// <summary>How the samples of one run stand to the truth, and to the run that visits every timestep.</summary>
/// <param name="Seed">The scoring seed.</param>
/// <param name="W1">Sliced Wasserstein distance W1 to as many true samples.</param>
/// <param name="W2">The same, W2.</param>
/// <param name="W1Full">W1 to what DDIM at η = 0 makes of the same start noise when it visits every timestep.</param>
/// <param name="Energy">Energy distance of the first 2000 samples to as many true ones.</param>
/// <param name="ModeError">Half the sum of |part of the samples in a mode − its weight|: the part that is in a wrong mode.</param>
/// <param name="LogLikelihood">The mean of log p(x) under the truth, in nats.</param>
public sealed record RunScores(int Seed, double W1, double W2, double W1Full, double Energy, double ModeError, double LogLikelihood)
{
    private const int EnergySamples = 2000;

    /// <summary>Scores samples.</summary>
    /// <param name="mixture">The truth.</param>
    /// <param name="samples">[N, D].</param>
    /// <param name="truth">[N, D], true samples.</param>
    /// <param name="full">[N, D], the samples of the full stride.</param>
    /// <param name="seed">The scoring seed.</param>
    public static RunScores Of(GaussianMixture mixture, Tensor samples, Tensor truth, Tensor full, int seed)
    {
        using var scope = NewDisposeScope();
        long few = Math.Min(EnergySamples, samples.shape[0]);
        return new(
            seed,
            SlicedWasserstein.Distance(samples, truth),
            SlicedWasserstein.Distance(samples, truth, order: 2),
            SlicedWasserstein.Distance(samples, full),
            EnergyDistance.Distance(samples.narrow(0, 0, few), truth.narrow(0, 0, few)),
            MixtureScores.ModeWeights(mixture, samples).Zip(mixture.Weights, (got, weight) => Math.Abs(got - weight)).Sum() / 2,
            MixtureScores.MeanLogLikelihood(mixture, samples));
    }
}
