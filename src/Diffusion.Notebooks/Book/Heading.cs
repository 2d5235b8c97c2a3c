namespace Diffusion.Notebooks;

/// <summary>A heading of a page, for its table of contents.</summary>
internal sealed record Heading(int Level, string Id, string Html);
