namespace Diffusion.Tests.Data;

public class DataSetTests
{
    [Fact]
    public void Every_named_set_opens()
    {
        using (DataSet digits = DataSet.Open("digits"))
        {
            Assert.True(digits.ArePictures);
            Assert.Equal([1797, 1, 16, 16], digits.Samples.shape);
            Assert.Equal(10, digits.Classes.Count);
        }

        using (DataSet flowers = DataSet.Open("flowers", count: 20))
        {
            Assert.Equal([20, 3, 32, 32], flowers.Samples.shape);
            Assert.Equal(20, flowers.Labels!.shape[0]);
        }

        foreach (string name in PointSets.Names)
        {
            using DataSet points = DataSet.Open(name, count: 20);
            Assert.False(points.ArePictures);
            Assert.Null(points.Labels);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Flowers")]
    [InlineData("folder:")]
    [InlineData("idx:")]
    [InlineData("idx:a,b,c")]
    public void Other_names_give_one_line(string name)
    {
        string message = Assert.Throws<InvalidInputException>(() => DataSet.Open(name)).Message;
        Assert.DoesNotContain('\n', message);
    }
}
