using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class SlerpTests
{
    [Fact]
    public void Rows_of_equal_length_keep_it_and_turn_at_an_even_rate() => Gen.Select(Gen.Int[0, 10000], Gen.Double[0, 1]).Sample((seed, fraction) =>
    {
        using var scope = NewDisposeScope();
        Tensor first = Unit(Noise.Gaussian([4, 3, 2, 2], seed, ScalarType.Float64)), second = Unit(Noise.Gaussian([4, 3, 2, 2], seed + 1, ScalarType.Float64));
        Tensor between = Slerp.Between(first, second, fraction);
        Numbers.AssertNear(ones(4, dtype: ScalarType.Float64), Dot(between, between), 1e-12, "length");
        Numbers.AssertNear(Dot(first, second).acos() * fraction, Dot(first, between).clamp(-1, 1).acos(), 1e-6, "angle");
    }, iter: 50);

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    public void The_ends_are_the_starts_themselves(ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor first = Noise.Gaussian([5, 8], 1, type), second = Noise.Gaussian([5, 8], 2, type);
        Numbers.AssertNear(first, Slerp.Between(first, second, 0), 1e-7, "first");
        Numbers.AssertNear(second, Slerp.Between(first, second, 1), 1e-7, "second");
        Assert.Equal(type, Slerp.Between(first, second, 0.5).dtype);
    }

    [Fact]
    public void Rows_on_one_line_are_joined_by_that_line()
    {
        using var scope = NewDisposeScope();
        Tensor first = tensor(new[] { 1.0, 2, 1, 2 }, [2, 2]), second = tensor(new[] { 2.0, 4, -1, -2 }, [2, 2]);
        Numbers.AssertNear(first * 0.75 + second * 0.25, Slerp.Between(first, second, 0.25), 1e-14, "line");
        Numbers.AssertNear(first, Slerp.Between(first, first, 0.5), 1e-14, "the same start");
    }

    [Fact]
    public void Starts_stay_Gaussian_where_a_straight_line_would_shrink_them()
    {
        using var scope = NewDisposeScope();
        Tensor first = Noise.Gaussian([200, 300], 1, ScalarType.Float64), second = Noise.Gaussian([200, 300], 2, ScalarType.Float64);
        Assert.InRange(Slerp.Between(first, second, 0.5).Values().Average(x => x * x), 0.98, 1.02);
        Assert.InRange((first * 0.5 + second * 0.5).Values().Average(x => x * x), 0.48, 0.52);
    }

    [Fact]
    public void Bad_input_is_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        Tensor a = zeros(2, 3), b = zeros(3, 2);
        Refused.With("second", "[3, 2]", "[2, 3]", () => Slerp.Between(a, b, 0.5));
        Refused.With("fraction", "1.01", "[0, 1]", () => Slerp.Between(a, a, 1.01));
        Refused.With("fraction", "NaN", "[0, 1]", () => Slerp.Between(a, a, double.NaN));
    }

    private static Tensor Unit(Tensor rows) => rows / Dot(rows, rows).sqrt().reshape(-1, 1, 1, 1);

    private static Tensor Dot(Tensor a, Tensor b) => (a * b).reshape(a.shape[0], -1).sum(1);
}
