using System.Text.Json.Serialization;

namespace Diffusion.Lab;

/// <summary>What a walk looked like, as the page takes it.</summary>
/// <param name="Samples">Float32 [N, 2] in base64, or a PNG of all pictures.</param>
/// <param name="Grid">How the PNG's pictures are laid out, one pixel apart; null for points.</param>
/// <param name="Path">The followed points at every step, K + 1 times [n, 2]; null for pictures.</param>
/// <param name="Terms">Every step's coefficients and sizes.</param>
/// <param name="Cost">What it took.</param>
/// <param name="Frames">The samples at some steps; sent apart, for they are many.</param>
/// <param name="Numbers">The samples as the walk left them.</param>
internal sealed record Walked(
    string Samples, Grid? Grid, FollowedPath? Path, IReadOnlyList<StepTerms> Terms, WalkCost Cost,
    [property: JsonIgnore] IReadOnlyList<Frame> Frames,
    [property: JsonIgnore] double[] Numbers);

/// <summary>Pictures in rows, one pixel apart.</summary>
internal sealed record Grid(int Columns, int Count, long Height, long Width);

/// <summary>The way of the followed points.</summary>
/// <param name="Follow">Their places among the samples.</param>
/// <param name="X">Float32 [K + 1, n, 2] in base64, the start first.</param>
internal sealed record FollowedPath(IReadOnlyList<int> Follow, string X);

/// <summary>A term of a step.</summary>
/// <param name="Coefficient">The factor of x̂0, ε̂ or z.</param>
/// <param name="Rms">The root mean square of the product.</param>
/// <param name="At">The product for the first followed point; null for pictures.</param>
internal sealed record Term(double Coefficient, double Rms, double[]? At);

/// <summary>A step: x_s = sample + direction + noise.</summary>
internal sealed record StepTerms(
    int T, int S, double AlphaBarT, double AlphaBarS, Term Sample, Term Direction, Term Noise, double XRms, double NextRms);

/// <summary>What a walk took, and how many forward steps the sequential F takes on the same timesteps.</summary>
internal sealed record WalkCost(long Calls, long ForwardSteps, long StandardForwardSteps, double Seconds);

/// <summary>Samples before a step, what they are estimated to become, and for a picture every term of the step.</summary>
/// <param name="K">The step, from 0; K for where the walk ended.</param>
/// <param name="T">The timestep.</param>
/// <param name="X">x_t, as the samples are written.</param>
/// <param name="Xhat0">x̂0.</param>
/// <param name="Terms">A row of six pictures of the first followed: x_t, x̂0, ε̂, the scaled sum, σz, x_s; null for points.</param>
internal sealed record Frame(int K, int T, string X, string? Xhat0, string? Terms);
