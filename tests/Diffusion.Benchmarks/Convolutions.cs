using System.Diagnostics;
using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>The convolutions of a UNet alone, each in the layout that is fastest for it: what the network could be at best.</summary>
internal static class Convolutions
{
    private readonly record struct Shape(int Input, int Output, int Kernel, int Side, int Stride)
    {
        public double Operations => 2.0 * Input * Output * Kernel * Kernel * (Side / Stride) * (Side / Stride);
    }

    /// <summary>Multiplications and additions an image.</summary>
    public static double Operations(UNetConfig config) => List(config).Sum(shape => shape.Operations);

    /// <summary>All of them one after the other.</summary>
    public static Action Of(UNetConfig config, int batch, ScalarType type)
    {
        using var noGradient = no_grad();
        Action[] each = [.. List(config).Select(shape => Fastest(shape, batch, type))];
        return () =>
        {
            using var off = no_grad();
            Array.ForEach(each, act => act());
        };
    }

    private static Action Fastest(Shape shape, int batch, ScalarType type)
    {
        Tensor x = randn(batch, shape.Input, shape.Side, shape.Side).to(type);
        Tensor weight = randn(shape.Output, shape.Input, shape.Kernel, shape.Kernel).to(type), bias = zeros(shape.Output).to(type);
        Tensor channelsLast = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2), weightLast = weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Action first = () => Convolve(x, weight), last = () => Convolve(channelsLast, weightLast);
        return Time(first) < Time(last) ? first : last;

        void Convolve(Tensor input, Tensor kernels)
        {
            using Tensor y = nn.functional.conv2d(input, kernels, bias, strides: [shape.Stride, shape.Stride], padding: [shape.Kernel / 2, shape.Kernel / 2]);
        }

        static double Time(Action act)
        {
            act();
            return Enumerable.Range(0, 5).Min(_ =>
            {
                long began = Stopwatch.GetTimestamp();
                act();
                return Stopwatch.GetElapsedTime(began).TotalSeconds;
            });
        }
    }

    /// <summary>As <see cref="UNet"/> builds them, the attention's 1×1 ones included.</summary>
    private static List<Shape> List(UNetConfig config)
    {
        int levels = config.Multipliers.Count, channels = config.BaseChannels;
        var shapes = new List<Shape> { new(config.Channels, channels, 3, config.Size, 1) };
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            for (int block = 0; block < config.BlocksPerLevel; block++)
            {
                Block(config.BaseChannels * config.Multipliers[level], level, Attends(level));
                skips.Push(channels);
            }

            if (level < levels - 1)
            {
                shapes.Add(new(channels, channels, 3, config.Size >> level, 2));
                skips.Push(channels);
            }
        }

        Block(channels, levels - 1, attends: true);
        Block(channels, levels - 1, attends: false);
        for (int level = levels - 1; level >= 0; level--)
        {
            for (int block = 0; block <= config.BlocksPerLevel; block++)
            {
                channels += skips.Pop();
                Block(config.BaseChannels * config.Multipliers[level], level, Attends(level));
            }

            if (level > 0)
            {
                shapes.Add(new(channels, channels, 3, config.Size >> (level - 1), 1));
            }
        }

        shapes.Add(new(channels, config.Channels, 3, config.Size, 1));
        return shapes;

        bool Attends(int level) => config.AttentionSizes.Contains(config.Size >> level);

        void Block(int output, int level, bool attends)
        {
            int side = config.Size >> level;
            shapes.Add(new(channels, output, 3, side, 1));
            shapes.Add(new(output, output, 3, side, 1));
            if (channels != output)
            {
                shapes.Add(new(channels, output, 1, side, 1));
            }

            if (attends)
            {
                shapes.Add(new(output, 3 * output, 1, side, 1));
                shapes.Add(new(output, output, 1, side, 1));
            }

            channels = output;
        }
    }
}
