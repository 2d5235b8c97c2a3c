namespace Diffusion.Notebooks;

/// <summary>The hook by which a library shows something in the notebook that is running, without referring to this assembly.</summary>
/// <remarks>
/// A plotting library that works in several hosts finds it by reflection:
/// <code>
/// var display = Type.GetType("Diffusion.Notebooks.NotebookHost, Diffusion.Notebooks")?.GetMethod("Display", [typeof(object)]);
/// var handle = display?.Invoke(null, [figure]);                            // null: no notebook is running
/// handle?.GetType().GetMethod("Update", [typeof(object)])!.Invoke(handle, [next]);
/// </code>
/// <c>Type.GetType</c> looks among the assemblies of the default load context, where this one is when it runs a
/// notebook; elsewhere it gives <see langword="null"/>. Values are formatted at once, by
/// Microsoft.DotNet.Interactive.Formatting, so a value may change or be disposed of as soon as the call is back.
/// </remarks>
public static class NotebookHost
{
    /// <summary>Raised when a cell's code is through, or has thrown, while its displays can still be updated.</summary>
    /// <remarks>For a library that holds updates back: what it shows now is the cell's last state.</remarks>
    public static event Action? CellEnded;

    internal static CellOutput? Output { get; set; }

    internal static void EndCell() => CellEnded?.Invoke();

    /// <summary>Shows a value as an output of its own in the running cell.</summary>
    /// <param name="value">Anything; a type's own formatters are used.</param>
    /// <returns>A <see cref="DisplayedValue"/> with <c>Update(object)</c>, or <see langword="null"/> when no notebook is running.</returns>
    public static object? Display(object value) => Output?.Display(value);
}
