using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Convolutions in float32 over feature maps with channels last, at nine tenths of what the processor can multiply. libtorch's reach
/// seven tenths with many pictures and three with one small picture, for which it does not even ask oneDNN.
/// </summary>
/// <remarks>
/// A tile of a few pixels times 16, 32 or 64 outputs stays in registers while it takes up one input after the other: one number of
/// each pixel times a row of kernel elements. So kernels are read with their outputs last, [side, side, inputs, outputs] in memory,
/// which is how <see cref="Initializer"/> lays them out. Every output is summed in the same order, whatever the batch or the threads.
/// </remarks>
internal static unsafe class DirectConvolution
{
    private const int Width = 16;

    [ThreadStatic]
    private static float[]? frame;

    /// <summary>Kernel elements that are gone through at a time, for all pixels: half of a processor's first cache.</summary>
    private const int Chunk = 6144;

    /// <summary>
    /// Whether convolutions take this way where they can, and kernels are laid out for it: where the processor has vectors of sixteen
    /// numbers. A benchmark turns it off, to compare with libtorch's.
    /// </summary>
    public static bool IsEnabled { get; set; } = Vector512.IsHardwareAccelerated;

    /// <summary>Whether a convolution can take this way: no gradient is asked for, and its outputs fill vectors.</summary>
    public static bool Takes(Tensor x, Tensor kernels) => IsEnabled && !is_grad_enabled() && x.dtype == ScalarType.Float32
        && x.device_type == TorchSharp.DeviceType.CPU && kernels.shape[0] % Width == 0;

    /// <summary>The convolution with zero padding that keeps the side, or halves it at stride 2.</summary>
    /// <param name="x">[N, inputs, H, W].</param>
    /// <param name="kernels">[outputs, inputs, side, side], the side 1 or 3.</param>
    /// <param name="constants">[outputs].</param>
    /// <param name="stride">1 or 2.</param>
    public static Tensor Apply(Tensor x, Tensor kernels, Tensor constants, int stride)
    {
        var pixels = x.permute(0, 2, 3, 1).contiguous();
        var elements = kernels.permute(2, 3, 1, 0).contiguous();
        long[] sizes = pixels.shape, kernel = elements.shape;
        var shape = new Shape((int)sizes[1], (int)sizes[2], (int)sizes[3], (int)kernel[3], (int)kernel[0], stride);
        int n = (int)sizes[0];
        var answer = empty([n, shape.AnswerHeight, shape.AnswerWidth, shape.Outputs]);
        fixed (float* from = Floats(pixels), w = Floats(elements), b = Floats(constants), to = Floats(answer))
        {
            for (nint picture = 0; picture < n; picture++)
            {
                Convolve(Framed(from + picture * shape.InputSize, shape), w, b, to + picture * shape.OutputSize, shape);
            }
        }

        GC.KeepAlive(pixels);
        GC.KeepAlive(elements);
        GC.KeepAlive(constants);
        return answer.permute(0, 3, 1, 2);
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>A picture with a frame of zeros, one pixel wide, where the kernel reaches beyond its edge.</summary>
    private static float* Framed(float* picture, in Shape shape)
    {
        if (shape.Side == 1)
        {
            return picture;
        }

        int line = shape.Width * shape.Inputs, paddedLine = line + 2 * shape.Inputs, rows = shape.Height + 2;
        if (frame is null || frame.Length < rows * paddedLine)
        {
            frame = GC.AllocateUninitializedArray<float>(rows * paddedLine, pinned: true);
        }

        for (int row = 0; row < rows; row++)
        {
            Span<float> to = frame.AsSpan(row * paddedLine, paddedLine);
            if (row == 0 || row == rows - 1)
            {
                to.Clear();
                continue;
            }

            to[..shape.Inputs].Clear();
            new Span<float>(picture + (nint)(row - 1) * line, line).CopyTo(to[shape.Inputs..]);
            to[(shape.Inputs + line)..].Clear();
        }

        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(frame));
    }

    /// <summary>The answer y to one picture in its frame.</summary>
    private static void Convolve(float* x, float* weight, float* bias, float* y, in Shape shape)
    {
        for (int output = 0; output < shape.Outputs;)
        {
            Tile tile = Tile.Of(shape.Outputs - output);
            for (int row = 0; row < shape.Side; row++)
            {
                // The elements of a kernel's row meet numbers that follow one another in the picture.
                int chunks = (shape.KernelLine * tile.Outputs + Chunk - 1) / Chunk, most = (shape.KernelLine + chunks - 1) / chunks;
                for (int at = 0, count; at < shape.KernelLine; at += count)
                {
                    count = Math.Min(most, shape.KernelLine - at);
                    float* elements = weight + ((nint)row * shape.KernelLine + at) * shape.Outputs + output;
                    Tiles(x + row * shape.PaddedLine + at, elements, count, row + at == 0 ? bias + output : null,
                        y + output, tile, shape);
                }
            }

            output += tile.Outputs;
        }
    }

    /// <summary>Adds a chunk of the kernels to every tile; where it is the first, to the bias.</summary>
    private static void Tiles(float* x, float* weight, int count, float* bias, float* y, Tile tile, in Shape shape)
    {
        nint step = (nint)shape.Stride * shape.Inputs, outputs = shape.Outputs;
        int width = shape.AnswerWidth;
        for (int row = 0; row < shape.AnswerHeight; row++)
        {
            float* line = x + row * shape.Stride * shape.PaddedLine, answer = y + (nint)row * width * outputs;
            for (int column = 0; column < width; column += tile.Pixels)
            {
                // A tile at the end of a row takes the last pixel several times, to the same sums.
                var pixels = new Pixels(line + column * step, step, answer + column * outputs, outputs, width - column - 1);
                switch (tile.Outputs)
                {
                    case 64:
                        FourPixels(pixels, weight, count, bias);
                        break;
                    case 32:
                        EightPixels(pixels, weight, count, bias);
                        break;
                    default:
                        EightPixelsOfOneVector(pixels, weight, count, bias);
                        break;
                }
            }
        }
    }

    /// <summary>Four pixels times 64 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPixels(in Pixels pixels, float* w, int count, float* bias)
    {
        nint outputs = pixels.Outputs;
        float* a = pixels.Input(0), toA = pixels.Output(0), startA = bias is null ? toA : bias;
        float* b = pixels.Input(1), toB = pixels.Output(1), startB = bias is null ? toB : bias;
        float* c = pixels.Input(2), toC = pixels.Output(2), startC = bias is null ? toC : bias;
        float* d = pixels.Input(3), toD = pixels.Output(3), startD = bias is null ? toD : bias;
        Vector512<float> a0 = Vector512.Load(startA), a1 = Vector512.Load(startA + 16);
        Vector512<float> a2 = Vector512.Load(startA + 32), a3 = Vector512.Load(startA + 48);
        Vector512<float> b0 = Vector512.Load(startB), b1 = Vector512.Load(startB + 16);
        Vector512<float> b2 = Vector512.Load(startB + 32), b3 = Vector512.Load(startB + 48);
        Vector512<float> c0 = Vector512.Load(startC), c1 = Vector512.Load(startC + 16);
        Vector512<float> c2 = Vector512.Load(startC + 32), c3 = Vector512.Load(startC + 48);
        Vector512<float> d0 = Vector512.Load(startD), d1 = Vector512.Load(startD + 16);
        Vector512<float> d2 = Vector512.Load(startD + 32), d3 = Vector512.Load(startD + 48);
        for (nint i = 0; i < count; i++, w += outputs)
        {
            Vector512<float> w0 = Vector512.Load(w), w1 = Vector512.Load(w + 16), w2 = Vector512.Load(w + 32), w3 = Vector512.Load(w + 48);
            var ax = Vector512.Create(a[i]);
            a0 = Vector512.FusedMultiplyAdd(ax, w0, a0);
            a1 = Vector512.FusedMultiplyAdd(ax, w1, a1);
            a2 = Vector512.FusedMultiplyAdd(ax, w2, a2);
            a3 = Vector512.FusedMultiplyAdd(ax, w3, a3);
            var bx = Vector512.Create(b[i]);
            b0 = Vector512.FusedMultiplyAdd(bx, w0, b0);
            b1 = Vector512.FusedMultiplyAdd(bx, w1, b1);
            b2 = Vector512.FusedMultiplyAdd(bx, w2, b2);
            b3 = Vector512.FusedMultiplyAdd(bx, w3, b3);
            var cx = Vector512.Create(c[i]);
            c0 = Vector512.FusedMultiplyAdd(cx, w0, c0);
            c1 = Vector512.FusedMultiplyAdd(cx, w1, c1);
            c2 = Vector512.FusedMultiplyAdd(cx, w2, c2);
            c3 = Vector512.FusedMultiplyAdd(cx, w3, c3);
            var dx = Vector512.Create(d[i]);
            d0 = Vector512.FusedMultiplyAdd(dx, w0, d0);
            d1 = Vector512.FusedMultiplyAdd(dx, w1, d1);
            d2 = Vector512.FusedMultiplyAdd(dx, w2, d2);
            d3 = Vector512.FusedMultiplyAdd(dx, w3, d3);
        }

        a0.Store(toA);
        a1.Store(toA + 16);
        a2.Store(toA + 32);
        a3.Store(toA + 48);
        b0.Store(toB);
        b1.Store(toB + 16);
        b2.Store(toB + 32);
        b3.Store(toB + 48);
        c0.Store(toC);
        c1.Store(toC + 16);
        c2.Store(toC + 32);
        c3.Store(toC + 48);
        d0.Store(toD);
        d1.Store(toD + 16);
        d2.Store(toD + 32);
        d3.Store(toD + 48);
    }

    /// <summary>Eight pixels times 32 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightPixels(in Pixels pixels, float* w, int count, float* bias)
    {
        nint outputs = pixels.Outputs;
        float* a = pixels.Input(0), toA = pixels.Output(0), startA = bias is null ? toA : bias;
        float* b = pixels.Input(1), toB = pixels.Output(1), startB = bias is null ? toB : bias;
        float* c = pixels.Input(2), toC = pixels.Output(2), startC = bias is null ? toC : bias;
        float* d = pixels.Input(3), toD = pixels.Output(3), startD = bias is null ? toD : bias;
        float* e = pixels.Input(4), toE = pixels.Output(4), startE = bias is null ? toE : bias;
        float* f = pixels.Input(5), toF = pixels.Output(5), startF = bias is null ? toF : bias;
        float* g = pixels.Input(6), toG = pixels.Output(6), startG = bias is null ? toG : bias;
        float* h = pixels.Input(7), toH = pixels.Output(7), startH = bias is null ? toH : bias;
        Vector512<float> a0 = Vector512.Load(startA), a1 = Vector512.Load(startA + 16);
        Vector512<float> b0 = Vector512.Load(startB), b1 = Vector512.Load(startB + 16);
        Vector512<float> c0 = Vector512.Load(startC), c1 = Vector512.Load(startC + 16);
        Vector512<float> d0 = Vector512.Load(startD), d1 = Vector512.Load(startD + 16);
        Vector512<float> e0 = Vector512.Load(startE), e1 = Vector512.Load(startE + 16);
        Vector512<float> f0 = Vector512.Load(startF), f1 = Vector512.Load(startF + 16);
        Vector512<float> g0 = Vector512.Load(startG), g1 = Vector512.Load(startG + 16);
        Vector512<float> h0 = Vector512.Load(startH), h1 = Vector512.Load(startH + 16);
        for (nint i = 0; i < count; i++, w += outputs)
        {
            Vector512<float> w0 = Vector512.Load(w), w1 = Vector512.Load(w + 16);
            var ax = Vector512.Create(a[i]);
            a0 = Vector512.FusedMultiplyAdd(ax, w0, a0);
            a1 = Vector512.FusedMultiplyAdd(ax, w1, a1);
            var bx = Vector512.Create(b[i]);
            b0 = Vector512.FusedMultiplyAdd(bx, w0, b0);
            b1 = Vector512.FusedMultiplyAdd(bx, w1, b1);
            var cx = Vector512.Create(c[i]);
            c0 = Vector512.FusedMultiplyAdd(cx, w0, c0);
            c1 = Vector512.FusedMultiplyAdd(cx, w1, c1);
            var dx = Vector512.Create(d[i]);
            d0 = Vector512.FusedMultiplyAdd(dx, w0, d0);
            d1 = Vector512.FusedMultiplyAdd(dx, w1, d1);
            var ex = Vector512.Create(e[i]);
            e0 = Vector512.FusedMultiplyAdd(ex, w0, e0);
            e1 = Vector512.FusedMultiplyAdd(ex, w1, e1);
            var fx = Vector512.Create(f[i]);
            f0 = Vector512.FusedMultiplyAdd(fx, w0, f0);
            f1 = Vector512.FusedMultiplyAdd(fx, w1, f1);
            var gx = Vector512.Create(g[i]);
            g0 = Vector512.FusedMultiplyAdd(gx, w0, g0);
            g1 = Vector512.FusedMultiplyAdd(gx, w1, g1);
            var hx = Vector512.Create(h[i]);
            h0 = Vector512.FusedMultiplyAdd(hx, w0, h0);
            h1 = Vector512.FusedMultiplyAdd(hx, w1, h1);
        }

        a0.Store(toA);
        a1.Store(toA + 16);
        b0.Store(toB);
        b1.Store(toB + 16);
        c0.Store(toC);
        c1.Store(toC + 16);
        d0.Store(toD);
        d1.Store(toD + 16);
        e0.Store(toE);
        e1.Store(toE + 16);
        f0.Store(toF);
        f1.Store(toF + 16);
        g0.Store(toG);
        g1.Store(toG + 16);
        h0.Store(toH);
        h1.Store(toH + 16);
    }

    /// <summary>Eight pixels times 16 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightPixelsOfOneVector(in Pixels pixels, float* w, int count, float* bias)
    {
        nint outputs = pixels.Outputs;
        float* a = pixels.Input(0), toA = pixels.Output(0), startA = bias is null ? toA : bias;
        float* b = pixels.Input(1), toB = pixels.Output(1), startB = bias is null ? toB : bias;
        float* c = pixels.Input(2), toC = pixels.Output(2), startC = bias is null ? toC : bias;
        float* d = pixels.Input(3), toD = pixels.Output(3), startD = bias is null ? toD : bias;
        float* e = pixels.Input(4), toE = pixels.Output(4), startE = bias is null ? toE : bias;
        float* f = pixels.Input(5), toF = pixels.Output(5), startF = bias is null ? toF : bias;
        float* g = pixels.Input(6), toG = pixels.Output(6), startG = bias is null ? toG : bias;
        float* h = pixels.Input(7), toH = pixels.Output(7), startH = bias is null ? toH : bias;
        Vector512<float> a0 = Vector512.Load(startA);
        Vector512<float> b0 = Vector512.Load(startB);
        Vector512<float> c0 = Vector512.Load(startC);
        Vector512<float> d0 = Vector512.Load(startD);
        Vector512<float> e0 = Vector512.Load(startE);
        Vector512<float> f0 = Vector512.Load(startF);
        Vector512<float> g0 = Vector512.Load(startG);
        Vector512<float> h0 = Vector512.Load(startH);
        for (nint i = 0; i < count; i++, w += outputs)
        {
            Vector512<float> w0 = Vector512.Load(w);
            var ax = Vector512.Create(a[i]);
            a0 = Vector512.FusedMultiplyAdd(ax, w0, a0);
            var bx = Vector512.Create(b[i]);
            b0 = Vector512.FusedMultiplyAdd(bx, w0, b0);
            var cx = Vector512.Create(c[i]);
            c0 = Vector512.FusedMultiplyAdd(cx, w0, c0);
            var dx = Vector512.Create(d[i]);
            d0 = Vector512.FusedMultiplyAdd(dx, w0, d0);
            var ex = Vector512.Create(e[i]);
            e0 = Vector512.FusedMultiplyAdd(ex, w0, e0);
            var fx = Vector512.Create(f[i]);
            f0 = Vector512.FusedMultiplyAdd(fx, w0, f0);
            var gx = Vector512.Create(g[i]);
            g0 = Vector512.FusedMultiplyAdd(gx, w0, g0);
            var hx = Vector512.Create(h[i]);
            h0 = Vector512.FusedMultiplyAdd(hx, w0, h0);
        }

        a0.Store(toA);
        b0.Store(toB);
        c0.Store(toC);
        d0.Store(toD);
        e0.Store(toE);
        f0.Store(toF);
        g0.Store(toG);
        h0.Store(toH);
    }

    /// <summary>Where the pixels of a tile are; those beyond the last one are the last one again.</summary>
    private readonly struct Pixels(float* x, nint step, float* y, nint outputs, int last)
    {
        public nint Outputs => outputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Input(int pixel) => x + Math.Min(pixel, last) * step;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Output(int pixel) => y + Math.Min(pixel, last) * outputs;
    }

    /// <summary>How much of an answer is in registers at a time.</summary>
    private readonly record struct Tile(int Pixels, int Outputs)
    {
        /// <summary>The tile for the outputs that are left.</summary>
        public static Tile Of(int outputs) => outputs >= 64 ? new(4, 64) : outputs >= 32 ? new(8, 32) : new(8, 16);
    }

    /// <summary>The sizes of a convolution, in numbers.</summary>
    private readonly record struct Shape(int Height, int Width, int Inputs, int Outputs, int Side, int Stride)
    {
        public int AnswerHeight => (Height + Stride - 1) / Stride;

        public int AnswerWidth => (Width + Stride - 1) / Stride;

        /// <summary>A row of a kernel.</summary>
        public int KernelLine => Side * Inputs;

        /// <summary>A row of the picture in its frame.</summary>
        public nint PaddedLine => (nint)(Width + Side - 1) * Inputs;

        public nint InputSize => (nint)Height * Width * Inputs;

        public nint OutputSize => (nint)AnswerHeight * AnswerWidth * Outputs;
    }
}
