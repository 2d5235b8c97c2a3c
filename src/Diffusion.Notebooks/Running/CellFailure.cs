namespace Diffusion.Notebooks;

/// <summary>Where and why a notebook stopped.</summary>
/// <param name="Cell">The cell's number, from 1; 0 when no cell had begun.</param>
/// <param name="Line">The line in the cell, from 1, when it is known.</param>
/// <param name="Name">The exception's type, <c>CompilationError</c>, <c>PackageError</c>, <c>ImportError</c>,
/// <c>NotSupported</c>, <c>TimeLimit</c> or <c>ProcessEnded</c>.</param>
/// <param name="Message">The message.</param>
public sealed record CellFailure(int Cell, int? Line, string Name, string Message)
{
    /// <summary>One line for people.</summary>
    /// <returns>The place, the name and the first line of the message.</returns>
    public override string ToString() =>
        $"{(Cell > 0 ? $"cell {Cell}" : "before the first cell")}{(Line is { } line ? $", line {line}" : "")}: "
        + $"{Name}: {Message.Split('\n')[0].TrimEnd()}";
}
