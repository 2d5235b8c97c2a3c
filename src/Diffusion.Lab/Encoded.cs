using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>Samples as the page takes them.</summary>
internal static class Encoded
{
    private const int Columns = 8;

    /// <summary>Points as the base64 of their float32 numbers, x and y in turn; pictures as a PNG of all, eight a row.</summary>
    public static string Of(Tensor samples, bool pictures)
    {
        if (pictures)
        {
            byte[] png = new RgbaPictures(samples).Grid((int)Math.Min(samples.shape[0], Columns), 1, RgbaPictures.Transparent);
            return "data:image/png;base64," + Convert.ToBase64String(png);
        }

        using Tensor plane = samples.narrow(1, 0, 2);
        return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(Numbers(plane)));
    }

    /// <summary>All numbers of a tensor.</summary>
    public static float[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    /// <summary>One point.</summary>
    public static double[] Row(Tensor points, int row)
    {
        using var scope = NewDisposeScope();
        return points[row].to(ScalarType.Float64).data<double>().ToArray();
    }
}
