using CsCheck;

namespace Diffusion.Tests;

public class StrideParsingTests
{
    private static readonly Gen<Stride> Strides = Gen.OneOf(
        Gen.Const(Stride.Full),
        Gen.Int[1, 1000].Select(Stride.Uniform),
        Gen.Int[1, 1000].Select(Stride.Ddim),
        Gen.Int[1, 1000].Array[1, 8].Select(counts => Stride.Sections(counts)),
        Gen.Int[1, 1000].Array[1, 8].Select(timesteps => Stride.Custom([.. timesteps.Distinct().Order()])));

    [Fact]
    public void Every_stride_reads_back_from_its_text_as_an_equal_stride() => Strides.Sample(stride =>
    {
        Stride again = Stride.Parse(stride.ToString());
        Assert.Equal(stride, again);
        Assert.Equal(stride.GetHashCode(), again.GetHashCode());
        Assert.Equal(stride.ToString(), again.ToString());
    });

    [Fact]
    public void Strides_of_different_texts_differ() => Gen.Select(Strides, Strides).Sample((a, b) =>
        Assert.Equal(a.ToString() == b.ToString(), a.Equals(b)));

    [Theory]
    [InlineData("full", new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(" uniform3 ", new[] { 1, 5, 9 })]
    [InlineData("3", new[] { 1, 5, 9 })]
    [InlineData("1, 2, 3", new[] { 1, 4, 6, 7, 8, 9 })]
    [InlineData("ddim3", new[] { 1, 4, 7 })]
    [InlineData("custom:2,9", new[] { 2, 9 })]
    public void Every_form_is_read(string text, int[] timesteps) => Assert.Equal(timesteps, Stride.Parse(text).Timesteps(9));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("every5")]
    [InlineData("Full")]
    [InlineData("uniform")]
    [InlineData("uniform-3")]
    [InlineData("uniform3.5")]
    [InlineData("uniform99999999999")]
    [InlineData("ddim")]
    [InlineData("ddimten")]
    [InlineData("10,,20")]
    [InlineData("10,x")]
    [InlineData("-10")]
    [InlineData("custom:")]
    [InlineData("custom:1,b")]
    public void A_text_of_no_form_is_told_the_forms(string text) =>
        Refused.With("stride", $"\"{text}\"", "uniform50", () => Stride.Parse(text));

    [Theory]
    [InlineData("0", "0 timesteps")]
    [InlineData("uniform0", "0 timesteps")]
    [InlineData("ddim0", "0 timesteps")]
    [InlineData("10,0,5", "0 timesteps")]
    [InlineData("custom:3,3", "timestep 3 at place 2")]
    [InlineData("custom:0", "timestep 0 at place 1")]
    public void A_text_of_a_form_with_impossible_numbers_names_them(string text, string got) =>
        Refused.With("stride", got, "at least", () => Stride.Parse(text));

    [Fact]
    public void A_text_of_several_lines_is_refused_in_one() =>
        Refused.With("stride", "\"a b\"", "full", () => Stride.Parse("a\nb"));
}
