using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The Fréchet distance of two Gaussians (Dowson and Landau 1982), ‖μ_a − μ_b‖² + tr(A + B − 2·(A^½·B·A^½)^½), fitted to
/// features of pictures (Heusel et al. 2017). Few samples make it larger: compare only values of equal counts.
/// </summary>
public static class FrechetDistance
{
    /// <summary>The distance between the Gaussians fitted to two sets of features.</summary>
    /// <param name="a">[N, F], at least two rows.</param>
    /// <param name="b">[M, F], at least two rows.</param>
    /// <returns>At least 0: a squared distance, as the field reports it.</returns>
    /// <exception cref="InvalidInputException">The shapes disagree, or there are too few rows.</exception>
    public static double Between(Tensor a, Tensor b)
    {
        SampleRows.Dimensions(a, b);
        InvalidInputException.Require(a.dim() == 2 && a.shape[0] >= 2 && b.shape[0] >= 2,
            "features", $"shapes {TensorShapes.Text(a)} and {TensorShapes.Text(b)}", "[N, F] with N from 2");
        using var scope = NewDisposeScope();
        var (meanA, covarianceA) = Fit(a);
        var (meanB, covarianceB) = Fit(b);
        return Between(meanA, covarianceA, meanB, covarianceB);
    }

    /// <summary>The distance between two Gaussians.</summary>
    /// <param name="meanA">[F] in double.</param>
    /// <param name="covarianceA">[F, F] in double, symmetric, no eigenvalue below 0.</param>
    /// <param name="meanB">[F] in double.</param>
    /// <param name="covarianceB">[F, F] in double, symmetric, no eigenvalue below 0.</param>
    /// <returns>At least 0.</returns>
    public static double Between(Tensor meanA, Tensor covarianceA, Tensor meanB, Tensor covarianceB)
    {
        using var scope = NewDisposeScope();
        var root = SquareRoot(covarianceA);
        var inner = matmul(matmul(root, covarianceB), root);

        // The product is symmetric but for rounding, and eigh reads one triangle only.
        var shared = linalg.eigvalsh(inner.Plus(inner.t()).ScaleInPlace(0.5)).relu_().sqrt_().sum();
        var squared = meanA.Plus(meanB, -1).Squared().sum()
            .AddInPlace(covarianceA.trace()).AddInPlace(covarianceB.trace()).AddInPlace(shared, -2);
        return Math.Max(0, squared.item<double>());
    }

    private static (Tensor Mean, Tensor Covariance) Fit(Tensor features)
    {
        var rows = features.detach().cpu().to(ScalarType.Float64);
        var mean = rows.mean([0L]);
        var centred = rows.Plus(mean, -1);
        return (mean, matmul(centred.t(), centred).ScaleInPlace(1.0 / (rows.shape[0] - 1)));
    }

    private static Tensor SquareRoot(Tensor symmetric)
    {
        var (values, vectors) = linalg.eigh(symmetric);
        return matmul(vectors * values.relu().sqrt(), vectors.t());
    }
}
