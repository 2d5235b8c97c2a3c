namespace Diffusion.Data.Tests;

public class DataSetTests
{
    public static TheoryData<string> Points => [.. PointSets.Names];

    [Theory]
    [InlineData("digits", 16)]
    [InlineData("digits8", 8)]
    public void Digits_open_in_both_sizes(string name, int side)
    {
        using DataSet digits = DataSet.Open(name);
        Assert.True(digits.ArePictures);
        Assert.Equal([1797, 1, side, side], digits.Samples.shape);
        Assert.Equal(10, digits.Classes.Count);
    }

    [Fact]
    public void Flowers_open_with_a_label_each()
    {
        using DataSet flowers = DataSet.Open("flowers", count: 20);
        Assert.Equal([20, 3, 32, 32], flowers.Samples.shape);
        Assert.Equal(20, flowers.Labels!.shape[0]);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public void Points_open_without_labels(string name)
    {
        using DataSet points = DataSet.Open(name, count: 20);
        Assert.False(points.ArePictures);
        Assert.Equal([20, 2], points.Samples.shape);
        Assert.Null(points.Labels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public void Counts_out_of_range_are_refused(int count) =>
        Refused.With("count", $"{count}", "1 to 1000000", () => DataSet.Open("flowers", count));

    [Theory]
    [InlineData("")]
    [InlineData("Flowers")]
    [InlineData("folder:")]
    [InlineData("named:")]
    [InlineData("idx:")]
    [InlineData("idx:a,b,c")]
    public void Other_names_give_one_line(string name)
    {
        string message = Assert.Throws<InvalidInputException>(() => DataSet.Open(name)).Message;
        Assert.DoesNotContain('\n', message);
    }
}
