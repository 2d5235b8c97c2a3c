namespace Diffusion.Data;

/// <summary>A petal or a leaf, lengths in parts of the picture's side.</summary>
internal readonly record struct PetalShape
{
    /// <summary>Where it is attached.</summary>
    public double X { get; init; }

    /// <summary>Where it is attached.</summary>
    public double Y { get; init; }

    /// <summary>The direction it points to, in radians; 0 is right, π/2 is down.</summary>
    public double Angle { get; init; }

    /// <summary>From root to tip.</summary>
    public double Length { get; init; }

    /// <summary>Half its width where it is widest.</summary>
    public double Width { get; init; }

    /// <summary>The exponent at the root: small is blunt, 1 is pointed.</summary>
    public double Rise { get; init; }

    /// <summary>The exponent at the tip.</summary>
    public double Fall { get; init; }

    /// <summary>How far heights are pressed together: 1 is a flower seen from the front.</summary>
    public double Squash { get; init; }

    /// <summary>The colour at the root.</summary>
    public Colour Root { get; init; }

    /// <summary>The colour at the tip.</summary>
    public Colour Tip { get; init; }

    /// <summary>How much lighter the middle line is; below 0, darker.</summary>
    public double Vein { get; init; }

    /// <summary>How dark the rim around it is, from 0 to 1.</summary>
    public double Shadow { get; init; }

    /// <summary>The rim's colour.</summary>
    public Colour ShadowColour { get; init; }
}
