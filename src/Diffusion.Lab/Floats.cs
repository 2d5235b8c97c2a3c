using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>Tensors as plain numbers and as what a page takes.</summary>
internal static class Floats
{
    /// <summary>All numbers in row order.</summary>
    public static double[] Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>Float32 in base64.</summary>
    public static string Base64(ReadOnlySpan<double> numbers)
    {
        float[] floats = new float[numbers.Length];
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = (float)numbers[i];
        }

        return Convert.ToBase64String(MemoryMarshal.AsBytes(floats.AsSpan()));
    }

    /// <summary>The root mean square.</summary>
    public static double Rms(ReadOnlySpan<double> numbers)
    {
        double sum = 0;
        foreach (double number in numbers)
        {
            sum += number * number;
        }

        return Math.Sqrt(sum / numbers.Length);
    }

    /// <summary>Pictures in one PNG, as an address that an image takes.</summary>
    public static string Png(Tensor pictures, int columns) =>
        "data:image/png;base64," + Convert.ToBase64String(new RgbaPictures(pictures).Grid(columns, scale: 1, RgbaPictures.Transparent));
}
