namespace Diffusion.Evaluation;

/// <summary>Something that samples are scored by.</summary>
/// <param name="Name">Its name in CSV.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Brief">Whether there is room for it in a terminal.</param>
public sealed record Metric(string Name, string Title, bool Brief = false);
