using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Group norm, scale, shift and SiLU in two passes over feature maps with channels last: one for the moments, one for the rest.
/// libtorch takes four, and is slow where a group has fewer channels than its vectors have elements.
/// </summary>
internal static class FusedGroupNorm
{
    private const int Width = 16;

    /// <summary>Whether these features can take this way: no gradient is asked for, the channels fill vectors, a span holds all.</summary>
    public static bool Takes(Tensor x) => !is_grad_enabled() && x.shape[1] % Width == 0 && x.numel() <= int.MaxValue / sizeof(float)
        && x.device_type == TorchSharp.DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    /// <summary>act(normalized · factor + offset) in the type of the input, computed in float32.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="groups">Groups of channels with mean 0 and variance 1 each.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="factor">[1 or N, C] in float32.</param>
    /// <param name="offset">[1 or N, C] in float32.</param>
    /// <param name="silu">Whether act is SiLU; else it is the identity.</param>
    public static Tensor Apply(Tensor x, int groups, double epsilon, Tensor factor, Tensor offset, bool silu)
    {
        var pixels = x.permute(0, 2, 3, 1).contiguous();
        var result = empty_like(pixels);
        ReadOnlySpan<float> factors = Floats(factor), offsets = Floats(offset);
        if (x.dtype == ScalarType.Float32)
        {
            Apply<float, Float32>(pixels, result, groups, epsilon, factors, offsets, silu);
        }
        else
        {
            Apply<ushort, BFloat16>(pixels, result, groups, epsilon, factors, offsets, silu);
        }

        GC.KeepAlive(factor);
        GC.KeepAlive(offset);
        return result.permute(0, 3, 1, 2);
    }

    private static ReadOnlySpan<float> Floats(Tensor rows) => MemoryMarshal.Cast<byte, float>(rows.bytes);

    private static void Apply<T, TFormat>(
        Tensor pixels, Tensor result, int groups, double epsilon, ReadOnlySpan<float> factors, ReadOnlySpan<float> offsets, bool silu)
        where T : unmanaged
        where TFormat : IFormat<T>
    {
        int n = (int)pixels.shape[0], channels = (int)pixels.shape[3], size = (int)(pixels.shape[1] * pixels.shape[2]) * channels;
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(pixels.bytes);
        Span<T> to = MemoryMarshal.Cast<byte, T>(result.bytes);
        float[] a = new float[channels], b = new float[channels];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<T> picture = from.Slice(i * size, size);
            Moments<T, TFormat>(picture, groups, epsilon, a, b);
            ReadOnlySpan<float> factor = Row(factors, i, channels), offset = Row(offsets, i, channels);
            for (int c = 0; c < channels; c++)
            {
                // (x − mean)/std · factor + offset = a·x + b.
                (a[c], b[c]) = (b[c] * factor[c], offset[c] - a[c] * b[c] * factor[c]);
            }

            Map<T, TFormat>(picture, to.Slice(i * size, size), a, b, silu);
        }

        static ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int i, int channels) =>
            rows.Length == channels ? rows : rows.Slice(i * channels, channels);
    }

    /// <summary>The mean and 1/√(variance + ε) of each channel's group.</summary>
    private static void Moments<T, TFormat>(ReadOnlySpan<T> picture, int groups, double epsilon, Span<float> mean, Span<float> scale)
        where T : unmanaged
        where TFormat : IFormat<T>
    {
        int channels = mean.Length, count = picture.Length / channels, each = channels / groups;
        ref T x = ref MemoryMarshal.GetReference(picture);
        for (int c = 0; c < channels; c += Width)
        {
            // Distances from the first pixel, so that a mean far from 0 does not cancel the variance.
            Vector512<float> first = TFormat.Load(ref x, (nuint)c), sum = default, squares = default;
            for (int at = c; at < picture.Length; at += channels)
            {
                Vector512<float> d = TFormat.Load(ref x, (nuint)at) - first;
                sum += d;
                squares = Vector512.FusedMultiplyAdd(d, d, squares);
            }

            Vector512<float> m = sum / count;
            (first + m).CopyTo(mean[c..]);
            ((squares / count) - (m * m)).CopyTo(scale[c..]);
        }

        for (int g = 0; g < channels; g += each)
        {
            double centre = 0, variance = 0;
            for (int c = g; c < g + each; c++)
            {
                centre += mean[c] / (double)each;
            }

            for (int c = g; c < g + each; c++)
            {
                double off = mean[c] - centre;
                variance += (scale[c] + off * off) / each;
            }

            mean.Slice(g, each).Fill((float)centre);
            scale.Slice(g, each).Fill((float)(1 / Math.Sqrt(variance + epsilon)));
        }
    }

    private static void Map<T, TFormat>(ReadOnlySpan<T> picture, Span<T> result, ReadOnlySpan<float> a, ReadOnlySpan<float> b, bool silu)
        where T : unmanaged
        where TFormat : IFormat<T>
    {
        ref T x = ref MemoryMarshal.GetReference(picture), to = ref MemoryMarshal.GetReference(result);
        ref float factor = ref MemoryMarshal.GetReference(a), offset = ref MemoryMarshal.GetReference(b);
        for (int pixel = 0; pixel < picture.Length; pixel += a.Length)
        {
            for (int c = 0; c < a.Length; c += Width)
            {
                nuint at = (nuint)(pixel + c);
                Vector512<float> y = Vector512.FusedMultiplyAdd(
                    TFormat.Load(ref x, at), Vector512.LoadUnsafe(ref factor, (nuint)c), Vector512.LoadUnsafe(ref offset, (nuint)c));
                TFormat.Store(silu ? TFormat.Silu(y) : y, ref to, at);
            }
        }
    }

    /// <summary>eˣ to a few units in the last place, by 2ⁿ·eʳ with |r| ≤ ln 2 / 2; beyond ±87 it stays there.</summary>
    internal static Vector512<float> Exp(Vector512<float> x)
    {
        x = Clamped(x);
        Vector512<float> n = Doublings(x), r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), r);
        Vector512<float> e = Vector512.FusedMultiplyAdd(Vector512.Create(1 / 720f), r, Vector512.Create(1 / 120f));
        return Series(Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1 / 24f)), r, n);
    }

    /// <summary>eˣ to 2⁻¹⁴ of itself, five bits more than bfloat16 has.</summary>
    internal static Vector512<float> CoarseExp(Vector512<float> x)
    {
        x = Clamped(x);
        Vector512<float> n = Doublings(x);
        return Series(Vector512.Create(1 / 24f), Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693147181f), x), n);
    }

    private static Vector512<float> Clamped(Vector512<float> x) =>
        Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87f)), Vector512.Create(87f));

    /// <summary>n, the whole number nearest to x/ln 2.</summary>
    private static Vector512<float> Doublings(Vector512<float> x) => Vector512.Round(x * Vector512.Create(1.44269504f));

    /// <summary>2ⁿ·(1 + r + r²/2 + r³/6 + e·r⁴).</summary>
    private static Vector512<float> Series(Vector512<float> e, Vector512<float> r, Vector512<float> n)
    {
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1 / 6f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(0.5f));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512<float>.One);
        e = Vector512.FusedMultiplyAdd(e, r, Vector512<float>.One);
        return (e.AsInt32() + (Vector512.ConvertToInt32Native(n) << 23)).AsSingle();
    }

    /// <summary>1/x to 2⁻¹⁴ of itself at least, for x from 1 to 1 + e⁸⁷.</summary>
    private static Vector512<float> CoarseReciprocal(Vector512<float> x) =>
        Avx512F.IsSupported ? Avx512F.Reciprocal14(x) : Vector512<float>.One / x;

    /// <summary>1/x to a few units in the last place: a Newton step doubles the precision.</summary>
    private static Vector512<float> Reciprocal(Vector512<float> x)
    {
        Vector512<float> r = CoarseReciprocal(x);
        return r * Vector512.FusedMultiplyAdd(-x, r, Vector512.Create(2f));
    }

    /// <summary>How sixteen elements are stored.</summary>
    private interface IFormat<T>
    {
        static abstract Vector512<float> Load(ref T from, nuint at);

        static abstract void Store(Vector512<float> value, ref T to, nuint at);

        /// <summary>y/(1 + e⁻ʸ), to the format's precision.</summary>
        static abstract Vector512<float> Silu(Vector512<float> y);
    }

    private readonly struct Float32 : IFormat<float>
    {
        public static Vector512<float> Load(ref float from, nuint at) => Vector512.LoadUnsafe(ref from, at);

        public static void Store(Vector512<float> value, ref float to, nuint at) => value.StoreUnsafe(ref to, at);

        public static Vector512<float> Silu(Vector512<float> y) => y * Reciprocal(Vector512<float>.One + Exp(-y));
    }

    /// <summary>The upper half of a float32, rounded to the nearest, or to the even one of two.</summary>
    private readonly struct BFloat16 : IFormat<ushort>
    {
        public static Vector512<float> Load(ref ushort from, nuint at)
        {
            Vector256<ushort> halves = Vector256.LoadUnsafe(ref from, at);
            return ((Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(halves) : Widened(halves)) << 16).AsSingle();
        }

        public static void Store(Vector512<float> value, ref ushort to, nuint at)
        {
            Vector512<uint> bits = value.AsUInt32();
            bits = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
            Vector256<ushort> halves =
                Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(bits) : Vector256.Narrow(bits.GetLower(), bits.GetUpper());
            halves.StoreUnsafe(ref to, at);
        }

        public static Vector512<float> Silu(Vector512<float> y) => y * CoarseReciprocal(Vector512<float>.One + CoarseExp(-y));

        private static Vector512<uint> Widened(Vector256<ushort> halves)
        {
            var (lower, upper) = Vector256.Widen(halves);
            return Vector512.Create(lower, upper);
        }
    }
}
