using TorchSharp;

namespace Diffusion.Data.Tests;

public sealed class DataSetFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_safetensors_file_holds_samples_labels_and_classes()
    {
        using DataSet flowers = DataSet.Open("flowers", count: 12);
        DataSetFile.Save(folder.File("flowers.safetensors"), flowers);

        using SafetensorsFile file = Safetensors.Load(folder.File("flowers.safetensors"));
        Assert.Equal(flowers.Samples.data<float>().ToArray(), file.Tensors["samples"].data<float>().ToArray());
        Assert.Equal(flowers.Labels!.data<long>().ToArray(), file.Tensors["labels"].data<long>().ToArray());
        Assert.Equal(flowers.Classes, System.Text.Json.JsonSerializer.Deserialize<string[]>(file.Metadata["classes"])!);
    }

    [Theory]
    [InlineData("two-moons")]
    [InlineData("flowers")]
    public void Numbers_of_a_table_read_back_as_the_same(string name)
    {
        using DataSet data = DataSet.Open(name, count: 7);
        long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        DataSetFile.Save(folder.File("data.csv"), data);
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        string[][] rows = [.. File.ReadLines(folder.File("data.csv")).Skip(1).Select(line => line.Split(','))];
        int numbers = (int)(data.Samples.numel() / 7);
        Assert.Equal(
            data.Samples.data<float>().ToArray(),
            rows.SelectMany(row => row.Take(numbers)).Select(text => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(data.Labels?.data<long>().Select(label => $"{label}") ?? [], rows.SelectMany(row => row.Skip(numbers)));
    }

    [Fact]
    public void Another_ending_is_refused_and_leaves_no_file()
    {
        using DataSet points = DataSet.Open("spiral", count: 2);
        Refused.With("export", "points.npy", ".safetensors or .csv", () => DataSetFile.Save(folder.File("points.npy"), points));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    public void Dispose() => folder.Dispose();
}
