using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class FrechetDistanceTests
{
    [Fact]
    public void In_one_dimension_it_is_the_difference_of_means_and_of_deviations_squared()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(3 * 3 + 1.5 * 1.5, FrechetDistance.Between(One(1), One(4).reshape(1, 1), One(4), One(0.25).reshape(1, 1)), 1e-12);

        static Tensor One(double value) => tensor([value]);
    }

    [Fact]
    public void Covariances_that_share_their_axes_have_the_closed_form()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        for (int trial = 0; trial < 10; trial++)
        {
            var (axes, _) = linalg.qr(randn([6, 6], ScalarType.Float64, generator: generator));
            var a = rand([6], ScalarType.Float64, generator: generator) * 3;
            var b = rand([6], ScalarType.Float64, generator: generator);

            // Also where one Gaussian is flat along an axis.
            a[0] = 0;
            var mean = randn([6], ScalarType.Float64, generator: generator);
            double expected = (mean.pow(2).sum() + (a.sqrt() - b.sqrt()).pow(2).sum()).item<double>();
            double actual = FrechetDistance.Between(zeros_like(mean), matmul(axes * a, axes.t()), mean, matmul(axes * b, axes.t()));
            Assert.Equal(expected, actual, 1e-6);
        }
    }

    /// <summary>
    /// The optimal map of the distance itself: x ↦ Mx with M symmetric positive takes N(0, A) to N(0, MAM) at cost tr((M − 1)A(M − 1)).
    /// </summary>
    [Fact]
    public void A_symmetric_positive_map_costs_what_it_moves()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        for (int trial = 0; trial < 10; trial++)
        {
            var root = randn([5, 5], ScalarType.Float64, generator: generator);
            var half = randn([5, 5], ScalarType.Float64, generator: generator);
            Tensor a = matmul(root, root.t()), map = matmul(half, half.t()) * 0.3 + eye(5, dtype: ScalarType.Float64) * 0.1;
            var moved = map - eye(5, dtype: ScalarType.Float64);
            double expected = matmul(matmul(moved, a), moved).trace().item<double>();
            var zero = zeros([5], ScalarType.Float64);
            Assert.Equal(expected, FrechetDistance.Between(zero, a, zero, matmul(matmul(map, a), map)), 1e-9 * Math.Max(1, expected));
        }
    }

    [Fact]
    public void Features_are_fitted_by_mean_and_unbiased_covariance()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4, CPU);
        var features = randn([200, 8], ScalarType.Float64, generator: generator);
        var shift = randn([8], ScalarType.Float64, generator: generator);
        Assert.Equal(0, FrechetDistance.Between(features, features), 1e-9);
        Assert.Equal(shift.pow(2).sum().item<double>(), FrechetDistance.Between(features, features + shift), 1e-9);

        // Scaled about its mean by c: (1 − c)²·tr(A), and tr(A) of {−1, 1} is 2 with n − 1.
        Assert.Equal(4 * 2, FrechetDistance.Between(tensor([-1.0, 1.0], [2, 1]), tensor([-3.0, 3.0], [2, 1])), 1e-9);
        Assert.Equal(
            FrechetDistance.Between(features, features * 1.5 + shift),
            FrechetDistance.Between(features.index_select(0, randperm(200, generator: generator)), features * 1.5 + shift), 1e-9);
    }

    [Fact]
    public void Fewer_samples_than_features_are_no_trouble_and_one_is_refused()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        Tensor a = randn([10, 64], ScalarType.Float64, generator: generator), b = randn([12, 64], ScalarType.Float64, generator: generator);
        Assert.True(double.IsFinite(FrechetDistance.Between(a, b)) && FrechetDistance.Between(a, b) > 0);
        Assert.Equal(FrechetDistance.Between(a, b), FrechetDistance.Between(b, a), 1e-6);
        Refused.With("features", "[1, 64] and [12, 64]", "N from 2", () => FrechetDistance.Between(a.narrow(0, 0, 1), b));
        Refused.With("samples", "[10, 64] and [4, 3]", "alike but for their counts", () => FrechetDistance.Between(a, zeros(4, 3)));
    }
}
