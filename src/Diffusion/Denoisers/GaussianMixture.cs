using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Σ_k w_k·N(μ_k, s_k²·I): data whose every noisy version is known exactly, and so the laboratory of the kit.
/// </summary>
public sealed class GaussianMixture
{
    private readonly double[] weights;
    private readonly double[][] means;
    private readonly double[] stds;

    /// <summary>A mixture of isotropic Gaussians.</summary>
    /// <param name="weights">K positive weights; they are divided by their sum.</param>
    /// <param name="means">K centres of D coordinates each.</param>
    /// <param name="stds">K standard deviations, each at least 0.</param>
    /// <exception cref="InvalidInputException">The lengths disagree, or a number is out of its range.</exception>
    public GaussianMixture(double[] weights, double[][] means, double[] stds)
    {
        int count = weights.Length;
        Require(count > 0, "weights", "none", "at least one weight");
        Require(means.Length == count, "means", $"{means.Length} means", $"one for each of the {count} weights");
        Require(stds.Length == count, "stds", $"{stds.Length} stds", $"one for each of the {count} weights");
        Require(means[0].Length > 0, "means", "a mean without coordinates", "at least one coordinate");
        for (int k = 0; k < count; k++)
        {
            int dimensions = means[k].Length;
            Require(double.IsFinite(weights[k]) && weights[k] > 0, "weights", At(weights[k], k), "positive numbers");
            Require(
                dimensions == means[0].Length, "means", $"{dimensions} coordinates at place {k + 1}",
                $"{means[0].Length}, as in the first");
            Require(means[k].All(double.IsFinite), "means", $"a value that is not finite at place {k + 1}", "finite numbers");
            Require(double.IsFinite(stds[k]) && stds[k] >= 0, "stds", At(stds[k], k), "numbers of at least 0");
        }

        double sum = weights.Sum();
        Require(double.IsFinite(sum), "weights", "a sum that is not finite", "numbers whose sum is finite");
        this.weights = [.. weights.Select(weight => weight / sum)];
        this.means = [.. means.Select(mean => (double[])mean.Clone())];
        this.stds = [.. stds];

        static string At(double value, int k) => FormattableString.Invariant($"{value} at place {k + 1}");

        static void Require(bool holds, string field, string got, string takes) =>
            InvalidInputException.Require(holds, $"mixture.{field}", got, takes);
    }

    /// <summary>Three round modes in the plane, of different weights and widths: what the kit compares samplers on.</summary>
    public static GaussianMixture ThreeModes { get; } = new([0.5, 0.3, 0.2], [[1, 1], [-1, 0], [0, -1.5]], [0.2, 0.3, 0.15]);

    /// <summary>K, the number of components.</summary>
    public int Count => weights.Length;

    /// <summary>D, the number of coordinates.</summary>
    public int Dimensions => means[0].Length;

    /// <summary>The K weights; they sum to one.</summary>
    public IReadOnlyList<double> Weights => weights;

    /// <summary>The K centres, D coordinates each.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Means => means;

    /// <summary>The K standard deviations.</summary>
    public IReadOnlyList<double> Stds => stds;

    /// <summary>One component of equal weight at each row of a data set: the distribution of the data themselves, blurred by std.</summary>
    /// <param name="data">[K, …]; each row is flattened to D coordinates.</param>
    /// <param name="std">The standard deviation around each row, at least 0.</param>
    /// <exception cref="InvalidInputException">There is no row, or the std is out of range.</exception>
    public static GaussianMixture Around(Tensor data, double std)
    {
        InvalidInputException.Require(data.dim() >= 2 && data.numel() > 0,
            nameof(data), $"shape {TensorShapes.Text(data)}", "[K, …] with at least one row and one number a row");
        using var scope = NewDisposeScope();
        var flat = data.reshape(data.shape[0], -1).to(ScalarType.Float64);
        double[] values = flat.data<double>().ToArray();
        int dimensions = (int)flat.shape[1];
        double[][] rows = [.. values.Chunk(dimensions)];
        return new([.. rows.Select(_ => 1.0)], rows, [.. rows.Select(_ => std)]);
    }

    /// <summary>q(x_t): the mixture seen through the forward process, Σ w_k·N(√ᾱ·μ_k, ᾱ·s_k² + 1−ᾱ).</summary>
    /// <param name="level">The noise level.</param>
    public GaussianMixture AtNoise(NoiseLevel level) => new(
        weights,
        [.. means.Select(mean => mean.Select(m => level.SignalRate * m).ToArray())],
        [.. stds.Select(std => Math.Sqrt(level.AlphaBar * std * std + level.OneMinusAlphaBar))]);

    /// <summary>Draws independent samples.</summary>
    /// <param name="count">N, how many.</param>
    /// <param name="seed">Equal seeds give equal samples.</param>
    /// <returns>[N, D] in double.</returns>
    /// <exception cref="InvalidInputException">N is below 1.</exception>
    public Tensor Sample(int count, int seed)
    {
        InvalidInputException.Require(count >= 1, nameof(count), $"{count}", "at least 1 sample");
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var component = multinomial(tensor(weights), count, replacement: true, generator: generator);
        var noise = randn([count, Dimensions], ScalarType.Float64, generator: generator);
        return MeansTensor()[component].Plus(tensor(stds)[component].unsqueeze(1) * noise).MoveToOuterDisposeScope();
    }

    /// <summary>log p(x) at each row.</summary>
    /// <param name="x">[N, …], where each row has D numbers.</param>
    /// <returns>[N] in double.</returns>
    /// <exception cref="InvalidInputException">The rows do not have D numbers, or a std is 0: a point has no density.</exception>
    public Tensor LogDensity(Tensor x)
    {
        CheckRows(x);
        InvalidInputException.Require(!stds.Contains(0), "mixture.stds", "0", "numbers above 0 where a density is asked for");
        using var scope = NewDisposeScope();
        return logsumexp(LogJoint(x.reshape(x.shape[0], -1).to(ScalarType.Float64), NoiseLevel.Clean), 1).MoveToOuterDisposeScope();
    }

    /// <summary>log(w_k·N(x; √ᾱ·μ_k, v_k)) for each row and component, [N, K], with v_k = ᾱ·s_k² + 1−ᾱ.</summary>
    internal Tensor LogJoint(Tensor x, NoiseLevel level)
    {
        double[] variances = Variances(level);
        var squared = cdist(x, MeansTensor().Times(level.SignalRate), 2, compute_mode.donot_use_mm_for_euclid_dist).Squared();
        double[] offsets = [.. weights.Zip(variances, (weight, v) => Math.Log(weight) - Dimensions / 2.0 * Math.Log(2 * Math.PI * v))];
        return squared.mul_(tensor([.. variances.Select(v => -0.5 / v)])).AddInPlace(tensor(offsets));
    }

    internal void CheckRows(Tensor x)
    {
        if (x.dim() < 2 || x.numel() == 0 || x.numel() != x.shape[0] * Dimensions)
        {
            throw new InvalidInputException(nameof(x), $"shape {TensorShapes.Text(x)}",
                $"[N, …] with {Dimensions} numbers a row, the dimensions of the mixture");
        }
    }

    internal Tensor MeansTensor() => tensor(means.SelectMany(mean => mean).ToArray(), [Count, Dimensions]);

    internal double[] Variances(NoiseLevel level) =>
        [.. stds.Select(std => level.AlphaBar * std * std + level.OneMinusAlphaBar)];
}

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

        var sample = Combine(level.SignalRate, spread * flat, level.OneMinusAlphaBar, pull);
        var noise = Combine(1, precision * flat, -level.SignalRate, pull).Times(level.NoiseRate);
        return new(PredictionTarget.Sample, Shaped(sample), Shaped(noise));

        Tensor Shaped(Tensor rows) => rows.reshape(x.shape).to(x.dtype).MoveToOuterDisposeScope();
    }
}
