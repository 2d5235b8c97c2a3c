namespace Diffusion.Notebooks;

/// <summary>Tells that a notebook got further.</summary>
/// <param name="Cell">The number of the cell that begins, from 1.</param>
/// <param name="Done">Executable cells that are done.</param>
/// <param name="Total">Executable cells in all.</param>
public sealed record CellProgress(int Cell, int Done, int Total);
