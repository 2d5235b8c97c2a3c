using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>How the kernels of a convolution lie in memory, where the processor has vectors of sixteen numbers.</summary>
internal static class KernelLayout
{
    private const int Width = 16;

    /// <summary>
    /// [outputs, inputs, side, side] → the same, stored as [side, side, inputs, outputs], for <see cref="DirectConvolution"/>.
    /// </summary>
    public static Tensor OutputsLast(Tensor kernels) => kernels.permute(2, 3, 1, 0).contiguous().permute(3, 2, 0, 1);

    /// <summary>
    /// The same in bfloat16 and stored as [outputs, side, side, inputs], for libtorch. Its own conversion keeps the layout that it
    /// finds, and its convolution then takes five times as long to undo it.
    /// </summary>
    public static Tensor Rounded(Tensor kernels)
    {
        var stored = kernels.permute(2, 3, 1, 0);
        int outputs = (int)kernels.shape[0], rows = (int)(kernels.numel() / outputs);
        if (!DirectConvolution.IsEnabled || !stored.is_contiguous() || outputs % Width != 0 || rows % 2 != 0
            || kernels.device_type != TorchSharp.DeviceType.CPU)
        {
            return kernels.to(ScalarType.BFloat16);
        }

        var rounded = empty([outputs, kernels.shape[2], kernels.shape[3], kernels.shape[1]], ScalarType.BFloat16);
        Transpose(MemoryMarshal.Cast<byte, float>(stored.bytes), MemoryMarshal.Cast<byte, uint>(rounded.bytes), rows, outputs);
        GC.KeepAlive(stored);
        return rounded.permute(0, 3, 1, 2);
    }

    /// <summary>[rows, outputs] → [outputs, rows/2] of two numbers in bfloat16 each.</summary>
    private static void Transpose(ReadOnlySpan<float> from, Span<uint> to, int rows, int outputs)
    {
        ref float source = ref MemoryMarshal.GetReference(from);
        Span<uint> pairs = stackalloc uint[Width];
        int pairCount = rows / 2;
        for (int output = 0; output < outputs; output += Width)
        {
            Span<uint> block = to.Slice(output * pairCount, Width * pairCount);
            for (int pair = 0; pair < pairCount; pair++)
            {
                nuint at = (nuint)(2 * pair * outputs + output);
                Vector512<uint> even = Bits(Vector512.LoadUnsafe(ref source, at));
                Vector512<uint> odd = Bits(Vector512.LoadUnsafe(ref source, at + (nuint)outputs));
                ((even >> 16) | (odd & Vector512.Create(0xFFFF0000u))).CopyTo(pairs);
                for (int i = 0; i < Width; i++)
                {
                    block[i * pairCount + pair] = pairs[i];
                }
            }
        }

        // Rounded to the nearest, or to the even one of two, in the upper half.
        static Vector512<uint> Bits(Vector512<float> value)
        {
            Vector512<uint> bits = value.AsUInt32();
            return bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One);
        }
    }
}
