namespace Diffusion.Lab;

/// <summary>What one question may ask for at most, so that no page can take the machine.</summary>
internal static class Limits
{
    /// <summary>Points of a sample.</summary>
    public const int Points = 20_000;

    /// <summary>Pictures of a sample.</summary>
    public const int Pictures = 64;

    /// <summary>T.</summary>
    public const int T = 10_000;

    /// <summary>K.</summary>
    public const int Steps = 1000;

    /// <summary>Modes of a mixture of one's own.</summary>
    public const int Modes = 64;

    /// <summary>The largest seed: the seeds drawn beside it stay distinct from one another.</summary>
    public const int Seed = 900;

    /// <summary>Characters of a query.</summary>
    public const int Query = 8192;

    /// <summary>Steps whose samples are sent whole, for the scrubber.</summary>
    public const int Frames = 25;

    /// <summary>Points of a frame.</summary>
    public const int FramePoints = 2000;

    /// <summary>Pictures of a frame.</summary>
    public const int FramePictures = 16;

    /// <summary>Points whose path is sent.</summary>
    public const int Paths = 16;
}
