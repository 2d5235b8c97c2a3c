using System.IO.Compression;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>
/// 1797 handwritten digits (E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
/// Repository, 1998, CC BY 4.0), as pictures in [−1, 1].
/// </summary>
public sealed class Digits : IDisposable
{
    private const int Side = 8;
    private const float BrightestInk = 16;

    private Digits(Tensor pictures, Tensor labels)
    {
        Pictures = pictures;
        Labels = labels;
    }

    /// <summary>[N, 1, H, W] in float32: −1 is paper, 1 is full ink. Belongs to this object.</summary>
    public Tensor Pictures { get; }

    /// <summary>[N] in int64: 0 to 9. Belongs to this object.</summary>
    public Tensor Labels { get; }

    /// <summary>N, how many.</summary>
    public int Count => (int)Labels.shape[0];

    /// <summary>The digits as they were measured, [1797, 1, 8, 8].</summary>
    public static Digits Load()
    {
        using Stream file = typeof(Digits).Assembly.GetManifestResourceStream("digits.csv.gz")
            ?? throw new InvalidOperationException("The digits are missing from Diffusion.Data.dll.");
        return Read(file);
    }

    /// <summary>The digits upsampled smoothly (bicubic) to [1797, 1, 16, 16].</summary>
    public static Digits Load16()
    {
        using Digits small = Load();
        using Tensor large = nn.functional.interpolate(
            small.Pictures, size: [2 * Side, 2 * Side], mode: InterpolationMode.Bicubic, align_corners: false);
        return new(large.Clamped(1), small.Labels.clone());
    }

    /// <summary>Reads a gzipped table of 8×8 digits: 64 values from 0 to 16, then the label.</summary>
    /// <param name="gzip">The file.</param>
    /// <exception cref="InvalidInputException">A line does not have 65 whole numbers in their ranges.</exception>
    internal static Digits Read(Stream gzip)
    {
        using var reader = new StreamReader(new GZipStream(gzip, CompressionMode.Decompress));
        var pixels = new List<float>();
        var labels = new List<long>();
        for (string? line; (line = reader.ReadLine()) is not null;)
        {
            string[] columns = line.Split(',');
            if (columns.Length != Side * Side + 1)
            {
                throw new InvalidInputException($"digits line {labels.Count + 1}", $"{columns.Length} columns", $"{Side * Side + 1}");
            }

            for (int i = 0; i < Side * Side; i++)
            {
                pixels.Add(Whole(columns[i], (int)BrightestInk) / BrightestInk * 2 - 1);
            }

            labels.Add(Whole(columns[^1], 9));
        }

        return new(tensor(pixels.ToArray(), [labels.Count, 1, Side, Side]), tensor(labels.ToArray()));

        int Whole(string text, int largest) => int.TryParse(text, out int value) && value >= 0 && value <= largest
            ? value
            : throw new InvalidInputException($"digits line {labels.Count + 1}", $"\"{text}\"", $"whole numbers from 0 to {largest}");
    }

    /// <summary>The pictures of some digits, [n, 1, H, W], as a new tensor that the caller owns.</summary>
    /// <param name="indices">Which, from 0.</param>
    /// <exception cref="InvalidInputException">There is none at an index.</exception>
    public Tensor Take(params ReadOnlySpan<long> indices)
    {
        foreach (long i in indices)
        {
            InvalidInputException.Require(i >= 0 && i < Count, nameof(indices), $"{i}", $"numbers in 0..{Count - 1}");
        }

        using Tensor index = tensor(indices.ToArray());
        return Pictures.index_select(0, index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pictures.Dispose();
        Labels.Dispose();
    }
}
