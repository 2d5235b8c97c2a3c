namespace Diffusion.Notebooks;

/// <summary>Tells that a notebook got further: a cell begins, or prints.</summary>
/// <param name="Cell">The cell's number, from 1.</param>
/// <param name="Done">Executable cells that are done.</param>
/// <param name="Total">Executable cells in all.</param>
/// <param name="Printed">What the cell has just printed; <see langword="null"/> when it begins.</param>
public sealed record CellProgress(int Cell, int Done, int Total, string? Printed = null);
