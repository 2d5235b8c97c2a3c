namespace Diffusion.Notebooks;

/// <summary>Where and why a notebook stopped.</summary>
/// <param name="Cell">The cell's number, from 1; 0 when no cell had begun.</param>
/// <param name="Line">The line in the cell, from 1, when it is known.</param>
/// <param name="Name">The exception's type, <c>CompilationError</c>, <c>TimeLimit</c>, <c>Cancelled</c> or <c>ProcessEnded</c>.</param>
/// <param name="Message">The message.</param>
public sealed record CellFailure(int Cell, int? Line, string Name, string Message)
{
    /// <summary>One line for people.</summary>
    /// <returns>The place, the name and the first line of the message.</returns>
    public override string ToString() =>
        $"cell {Cell}{(Line is { } line ? $", line {line}" : "")}: {Name}: {Message.Split('\n')[0].TrimEnd()}";
}
