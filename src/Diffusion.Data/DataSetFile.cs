using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Data sets as files for other programs.</summary>
public static class DataSetFile
{
    /// <summary>
    /// Writes a data set: as .safetensors with the tensors "samples" and, if known, "labels", and the classes' names in the
    /// metadata; or as .csv with a header, one sample a line, its numbers (a picture's channel by channel, row by row) and
    /// then its label.
    /// </summary>
    /// <param name="path">The file, whole or not there at all; its ending says which.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="InvalidInputException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, DataSet data)
    {
        switch (Path.GetExtension(path))
        {
            case ".safetensors":
                var tensors = new Dictionary<string, Tensor> { ["samples"] = data.Samples };
                var metadata = new Dictionary<string, string> { ["data"] = data.Name };
                if (data.Labels is { } labels)
                {
                    tensors["labels"] = labels;
                    metadata["classes"] = JsonSerializer.Serialize(data.Classes, JsonReading.Options);
                }

                Safetensors.Save(path, tensors, metadata);
                break;
            case ".csv":
                AtomicFile.Write(path, stream => WriteCsv(stream, data));
                break;
            default:
                throw new InvalidInputException("export", $"\"{path}\"", "a name that ends in .safetensors or .csv");
        }
    }

    private static void WriteCsv(Stream stream, DataSet data)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        int numbers = (int)(data.Samples.numel() / data.Count);
        string[] columns = numbers == 2 ? ["x", "y"] : [.. Enumerable.Range(0, numbers).Select(i => $"v{i}")];
        long[]? labels = data.Labels?.data<long>().ToArray();
        writer.WriteLine(string.Join(',', labels is null ? columns : [.. columns, "label"]));
        for (int i = 0; i < data.Count; i++)
        {
            using var scope = NewDisposeScope();
            var sample = data.Samples[i].flatten();

            // Each number in the fewest digits that read back as the same.
            var texts = sample.data<float>().Select(value => value.ToString("R", CultureInfo.InvariantCulture));
            writer.WriteLine(string.Join(',', labels is null ? texts : texts.Append($"{labels[i]}")));
        }
    }
}
