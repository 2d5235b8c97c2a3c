using static TorchSharp.torch;

namespace Diffusion.Plots.Drawing;

/// <summary>Reads tensors of any type, device and layout into plain arrays; leaves no native memory behind.</summary>
internal static class Tensors
{
    public static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    public static double[,] Rows(Tensor tensor, int columns)
    {
        if (tensor.shape is not [var count, var width] || width != columns)
        {
            throw new ArgumentException($"Points take a shape [N, {columns}]; got [{string.Join(", ", tensor.shape)}].");
        }
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var values = tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var rows = new double[count, columns];
        Buffer.BlockCopy(values, 0, rows, 0, values.Length * sizeof(double));
        return rows;
    }
}
