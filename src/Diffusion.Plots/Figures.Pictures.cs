using Diffusion.Data;
using Diffusion.Plots.Drawing;
using static TorchSharp.torch;

namespace Diffusion.Plots;

public static partial class Figures
{
    /// <summary>Pictures in a grid, every pixel a sharp square.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="pictures">
    /// Pictures <c>[N, C, H, W]</c> with 1 or 3 channels and values in [−1, 1]; values beyond are cut off.
    /// </param>
    /// <param name="columns">How many stand in a row.</param>
    /// <param name="labels">A line below each picture, or null for none.</param>
    /// <param name="scale">How many screen pixels wide one pixel is; 0 picks a size that reads well.</param>
    /// <exception cref="InvalidInputException">The shape is another one.</exception>
    public static Figure Pictures(string title, Tensor pictures, int columns = 8, string[]? labels = null, int scale = 0) =>
        new(title, new PicturesContent(new RgbaPictures(pictures), columns, labels, scale));

    /// <summary>
    /// Samples in the way that suits their shape: <c>[N]</c> or <c>[N, 1]</c> a histogram, <c>[N, 2]</c> points,
    /// <c>[N, C, H, W]</c> pictures.
    /// </summary>
    /// <param name="samples">The samples.</param>
    /// <param name="title">What the reader should see; without it the number of samples.</param>
    /// <exception cref="InvalidInputException">The shape is none of these.</exception>
    public static Figure Samples(Tensor samples, string? title = null)
    {
        title ??= samples.dim() > 0 ? $"{samples.shape[0]} samples" : "";
        return samples.shape switch
        {
            [_] or [_, 1] => Histogram(title, "x", ("samples", Values(samples))),
            [_, 2] => Points(title, ("samples", samples)),
            [_, _, _, _] => Pictures(title, samples),
            var shape => throw new InvalidInputException(
                nameof(samples), $"shape [{string.Join(", ", shape)}]", "[N], [N, 1], [N, 2] or [N, C, H, W]"),
        };
    }
}
