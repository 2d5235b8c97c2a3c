namespace Diffusion.Notebooks;

/// <summary>The kinds of cell that nbformat 4 knows.</summary>
public enum CellKind
{
    /// <summary>Source text that a kernel executes.</summary>
    Code,

    /// <summary>Markdown.</summary>
    Markdown,

    /// <summary>Text that nothing touches.</summary>
    Raw,
}
