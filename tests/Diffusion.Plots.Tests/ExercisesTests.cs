using static Diffusion.Plots.Exercises;
using static TorchSharp.torch;

namespace Diffusion.Plots.Tests;

[Collection("console")]
public sealed class ExercisesTests : IDisposable
{
    private readonly TextWriter before = Console.Out;
    private readonly StringWriter printed = new();

    public ExercisesTests() => Console.SetOut(printed);

    public void Dispose() => Console.SetOut(before);

    [Fact]
    public void A_right_number_is_ticked_and_the_hint_is_not_given_away()
    {
        Assert.True(Check("half of π", 1.5708, Math.PI / 2, hint: "Divide."));
        Assert.Equal("✓ half of π\n", printed.ToString());
    }

    [Theory]
    [InlineData(1.58, "✗ half of π: not 1.58. Divide.\n")]
    [InlineData(double.NaN, "✗ half of π: no answer yet. Divide.\n")]
    [InlineData(double.PositiveInfinity, "✗ half of π: not ∞. Divide.\n")]
    public void A_wrong_number_is_told_with_the_hint_but_not_the_answer(double yours, string line)
    {
        Assert.False(Check("half of π", yours, Math.PI / 2, hint: "Divide."));
        Assert.Equal(line.Replace("∞", "Infinity"), printed.ToString().Replace("∞", "Infinity"));
    }

    [Fact]
    public void A_tensor_is_right_where_its_shape_and_every_number_are()
    {
        using var scope = NewDisposeScope();
        Tensor expected = tensor([1.0, 2.0]);
        Assert.True(Check("the sample", tensor([1.0, 2.00001]), expected));
        Assert.False(Check("the sample", tensor([1.0, 2.1]), expected));
        Assert.False(Check("the sample", tensor([1.0, double.NaN]), expected));
        Assert.False(Check("the sample", tensor([1.0]), expected));
        Assert.False(Check("the sample", null, expected));
    }

    [Fact]
    public void A_claim_is_ticked_or_told() =>
        Assert.Equal([true, false], [Check("one is one", true), Check("one is two", false, "Count.")]);
}
