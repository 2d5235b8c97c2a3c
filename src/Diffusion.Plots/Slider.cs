namespace Diffusion.Plots;

/// <summary>A parameter that a reader drags, one of several in <see cref="Figures.Sliders"/>.</summary>
/// <param name="Label">What it moves, such as "η".</param>
/// <param name="Values">Its stops, in order.</param>
/// <param name="Start">The number of the stop at which it opens, from 0.</param>
public sealed record Slider(string Label, double[] Values, int Start = 0);
