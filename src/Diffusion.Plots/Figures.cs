using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <summary>Makes figures from numbers, arrays and tensors. Tensors are read at once and stay the caller's.</summary>
public static partial class Figures
{
    /// <summary>Several figures side by side, each under its own title; on a narrow page one below the other.</summary>
    /// <param name="title">What the reader should see in them together.</param>
    /// <param name="figures">At least one figure.</param>
    /// <exception cref="InvalidInputException">There is no figure.</exception>
    public static Figure Row(string title, params Figure[] figures)
    {
        InvalidInputException.Require(figures.Length > 0, nameof(figures), "none", "at least one figure");
        return new Figure(title, new RowContent([.. figures]));
    }

    /// <summary>
    /// Figures behind a slider that works on a page with no kernel. Charts keep common axes, so that nothing
    /// jumps. The last frame shows first.
    /// </summary>
    /// <param name="title">What the reader should see when moving the slider.</param>
    /// <param name="sliderLabel">What the slider moves, such as "timestep".</param>
    /// <param name="frames">The slider's stops in order, each with its own label.</param>
    /// <exception cref="InvalidInputException">There is no frame.</exception>
    public static Figure Frames(string title, string sliderLabel, params (string Label, Figure Figure)[] frames) =>
        Frames(title, sliderLabel, frames.Length - 1, frames);

    /// <summary>The same, opening where there is most to see.</summary>
    /// <param name="title">What the reader should see when moving the slider.</param>
    /// <param name="sliderLabel">What the slider moves, such as "timestep".</param>
    /// <param name="start">The number of the frame that shows first, from 0.</param>
    /// <param name="frames">The slider's stops in order, each with its own label.</param>
    /// <exception cref="InvalidInputException">There is no frame, or none of that number.</exception>
    public static Figure Frames(string title, string sliderLabel, int start, params (string Label, Figure Figure)[] frames)
    {
        InvalidInputException.Require(frames.Length > 0, nameof(frames), "none", "at least one frame");
        InvalidInputException.Require(start >= 0 && start < frames.Length, nameof(start), $"{start}", $"0 to {frames.Length - 1}");
        return new Figure(title, new FramesContent(
            [new(sliderLabel, [.. frames.Select(frame => frame.Label)], start)], [.. frames.Select(frame => frame.Figure)]));
    }

    /// <summary>
    /// A figure with several parameters to drag. Every combination is drawn beforehand, so that it works on a page with no kernel;
    /// charts keep common axes.
    /// </summary>
    /// <param name="title">What the reader should see when moving the sliders.</param>
    /// <param name="sliders">The parameters; at most 400 combinations in all.</param>
    /// <param name="draw">Draws the figure for one value of each parameter, in the sliders' order.</param>
    /// <exception cref="InvalidInputException">There is no slider, one has no stop or opens at none, or there are too many combinations.</exception>
    public static Figure Sliders(string title, Slider[] sliders, Func<double[], Figure> draw)
    {
        InvalidInputException.Require(sliders.Length > 0, nameof(sliders), "none", "at least one");
        foreach (var slider in sliders)
        {
            InvalidInputException.Require(slider.Values.Length > 0, slider.Label, "no values", "at least one");
            InvalidInputException.Require(slider.Start >= 0 && slider.Start < slider.Values.Length,
                slider.Label, $"a start at stop {slider.Start}", $"0 to {slider.Values.Length - 1}");
        }

        double count = sliders.Aggregate(1.0, (product, slider) => product * slider.Values.Length);
        InvalidInputException.Require(count <= 400, nameof(sliders), $"{count} combinations", "at most 400: each is drawn beforehand");
        IEnumerable<double[]> combinations = [[]];
        foreach (var slider in sliders)
        {
            combinations = combinations.SelectMany(_ => slider.Values, (values, value) => (double[])[.. values, value]);
        }

        return new Figure(title, new FramesContent(
            Array.ConvertAll(sliders, slider => new Stops(slider.Label, Array.ConvertAll(slider.Values, NumberFormat.Short), slider.Start)),
            [.. combinations.Select(draw)]));
    }

    /// <summary>A table without a title. Columns of numbers, also with a unit behind them, stand on the right.</summary>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">The rows; numbers are written with up to four digits, anything else as it prints.</param>
    /// <exception cref="InvalidInputException">A row has another number of cells than the header.</exception>
    public static Figure Table(string[] header, IEnumerable<object?[]> rows) => Table("", header, rows);

    /// <summary>A table. Columns of numbers, also with a unit behind them, stand on the right.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">The rows; numbers are written with up to four digits, anything else as it prints.</param>
    /// <exception cref="InvalidInputException">A row has another number of cells than the header.</exception>
    public static Figure Table(string title, string[] header, IEnumerable<object?[]> rows)
    {
        string[][] cells = [.. rows.Select(row => Array.ConvertAll(row, NumberFormat.Cell))];
        foreach (var row in cells)
        {
            InvalidInputException.Require(row.Length == header.Length,
                nameof(rows), $"a row of {row.Length} cells", $"{header.Length}, as the header has");
        }
        return new Figure(title, new TableContent(header, cells));
    }
}
