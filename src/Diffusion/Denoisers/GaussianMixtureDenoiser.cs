using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The best denoiser there can be for a Gaussian mixture: it answers with E[x0 | x_t] and E[ε | x_t], in closed form and
/// computed in double. Whatever a sampler gets wrong with it is the sampler's own error.
/// </summary>
/// <remarks>
/// With v_k = ᾱ·s_k² + 1−ᾱ and the responsibilities r_k ∝ w_k·N(x; √ᾱ·μ_k, v_k):
/// E[x0 | x] = Σ r_k·((1−ᾱ)/v_k·μ_k + √ᾱ·s_k²/v_k·x) and E[ε | x] = √(1−ᾱ)·Σ r_k/v_k·(x − √ᾱ·μ_k).
/// Neither divides by √ᾱ or by √(1−ᾱ), so both hold at ᾱ = 0 and for ᾱ → 1.
/// </remarks>
/// <param name="mixture">The distribution of the clean data.</param>
public sealed class GaussianMixtureDenoiser(GaussianMixture mixture) : IDenoiser
{
    /// <summary>The distribution of the clean data.</summary>
    public GaussianMixture Mixture => mixture;

    /// <inheritdoc/>
    /// <param name="x">[N, …], where each row has the mixture's D numbers: points [N, 2], pictures [N, C, H, W].</param>
    /// <param name="level">Any level with ᾱ below 1; also ᾱ = 0.</param>
    /// <exception cref="InvalidInputException">The rows do not have D numbers.</exception>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        mixture.CheckRows(x);
        using var scope = NewDisposeScope();
        double[] variances = mixture.Variances(level);
        var flat = x.reshape(x.shape[0], -1).to(ScalarType.Float64);
        var responsibility = softmax(mixture.LogJoint(flat, level), 1);
        var means = mixture.MeansTensor();

        // r_k/v_k, which both expectations share.
        var weighted = responsibility / tensor(variances);
        var pull = matmul(weighted, means);
        var spread = matmul(weighted, tensor([.. mixture.Stds.Select(std => std * std)]).unsqueeze(1));
        var precision = weighted.sum(1, keepdim: true);

        var sample = (spread * flat).ScaleInPlace(level.SignalRate).AddInPlace(pull, level.OneMinusAlphaBar);
        var noise = (precision * flat).AddInPlace(pull, -level.SignalRate).ScaleInPlace(level.NoiseRate);
        return new(PredictionTarget.Sample, Shaped(sample), Shaped(noise));

        Tensor Shaped(Tensor rows) => rows.reshape(x.shape).to(x.dtype).MoveToOuterDisposeScope();
    }
}
