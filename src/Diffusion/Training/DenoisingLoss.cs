using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The loss of Ho et al. 2020, algorithm 1, for any prediction target and weight. Lines 2 to 4, which draw x0, t and ε, are
/// <see cref="BatchSource"/>'s; in place of the timestep t there is a noise level λ = log(ᾱ/(1−ᾱ)).
/// </summary>
internal static class DenoisingLoss
{
    /// <summary>The mean over the samples and their elements of w(λ)·(target − answer)², a differentiable scalar.</summary>
    /// <param name="network">εθ, or its like for another target.</param>
    /// <param name="batch">x0, ε, the levels and the labels: a whole batch, or one part of it.</param>
    /// <param name="config">The weight, and the batch size: the parts' losses add up to the batch's mean.</param>
    /// <param name="dropout">Where dropout draws from.</param>
    public static Tensor Of(DenoisingNetwork network, Batch batch, TrainingConfig config, Generator dropout)
    {
        var (x0, noise, levels, labels) = batch;
        var signalRate = PerSample(level => level.SignalRate);
        var noiseRate = PerSample(level => level.NoiseRate);

        // Eq. 4, reparameterized: x = √ᾱ·x0 + √(1−ᾱ)·ε.
        var x = (signalRate * x0).Plus(noiseRate * noise);

        // What the network is to answer with; v = √ᾱ·ε − √(1−ᾱ)·x0 (Salimans & Ho 2022, appendix D).
        var target = network.Target switch
        {
            PredictionTarget.Noise => noise,
            PredictionTarget.Sample => x0,
            _ => (signalRate * noise).Plus(noiseRate * x0, -1),
        };

        // Line 5: ‖ε − εθ(√ᾱ·x0 + √(1−ᾱ)·ε, λ)‖², eq. 14, where w = 1 (eq. 12 has another weight, min-SNR a third).
        double share = 1.0 / (config.BatchSize * (x0.numel() / levels.Length));
        var weight = PerSample(level => config.Weight(network.Target, level) * share);
        var logSnr = PerSample(level => level.LogSnr).view(levels.Length);
        var answer = network.Forward(x, logSnr, labels, dropout, config.Precision);
        return (answer.Plus(target, -1).Squared() * weight).sum();

        // [N, 1, …], a number for each sample.
        Tensor PerSample(Func<NoiseLevel, double> number) =>
            tensor([.. levels.Select(level => (float)number(level))]).view([levels.Length, .. x0.shape.Skip(1).Select(_ => 1L)]);
    }
}
