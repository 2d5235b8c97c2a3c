using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <summary>Makes figures from numbers, arrays and tensors. Tensors are read at once and stay the caller's.</summary>
public static partial class Figures
{
    /// <summary>Several figures side by side, each under its own title; on a narrow page one below the other.</summary>
    /// <param name="title">What the reader should see in them together.</param>
    /// <param name="figures">At least one figure.</param>
    /// <exception cref="ArgumentException">There is no figure.</exception>
    public static Figure Row(string title, params Figure[] figures)
    {
        Require(figures.Length > 0, "A row takes at least one figure.", nameof(figures));
        return new Figure(title, new RowBody([.. figures]));
    }

    /// <summary>
    /// Figures behind a slider that works on a page with no kernel. Charts keep common axes, so that nothing
    /// jumps. The last frame shows first.
    /// </summary>
    /// <param name="title">What the reader should see when moving the slider.</param>
    /// <param name="sliderLabel">What the slider moves, such as "timestep".</param>
    /// <param name="frames">The slider's stops in order, each with its own label.</param>
    /// <exception cref="ArgumentException">There is no frame.</exception>
    public static Figure Frames(string title, string sliderLabel, params (string Label, Figure Figure)[] frames)
    {
        Require(frames.Length > 0, "Frames take at least one frame.", nameof(frames));
        return new Figure(title, new FramesBody(sliderLabel, [.. frames]));
    }

    /// <summary>A table without a title. Columns of numbers, also with a unit behind them, stand on the right.</summary>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">The rows; numbers are written with up to four digits, anything else as it prints.</param>
    /// <exception cref="ArgumentException">A row has another number of cells than the header.</exception>
    public static Figure Table(string[] header, IEnumerable<object?[]> rows) => Table("", header, rows);

    /// <summary>A table. Columns of numbers, also with a unit behind them, stand on the right.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">The rows; numbers are written with up to four digits, anything else as it prints.</param>
    /// <exception cref="ArgumentException">A row has another number of cells than the header.</exception>
    public static Figure Table(string title, string[] header, IEnumerable<object?[]> rows)
    {
        string[][] cells = [.. rows.Select(row => Array.ConvertAll(row, Numbers.Cell))];
        foreach (var row in cells)
        {
            Require(row.Length == header.Length, $"A row takes {header.Length} cells as the header has; got {row.Length}.", nameof(rows));
        }
        return new Figure(title, new TableBody(header, cells));
    }

    internal static void Require(bool condition, string message, string parameter)
    {
        if (!condition)
        {
            throw new ArgumentException(message, parameter);
        }
    }
}
