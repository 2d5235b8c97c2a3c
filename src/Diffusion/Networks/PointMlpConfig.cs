namespace Diffusion;

/// <summary>The shape of a <see cref="PointMlp"/>.</summary>
public sealed record PointMlpConfig
{
    /// <summary>D, the numbers of a point.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>The features of every layer.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The number of residual blocks.</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>How many classes a point can be asked of; 0 for a network without labels.</summary>
    public int Classes { get; init; }

    /// <summary>What the network answers with.</summary>
    public PredictionTarget Target { get; init; } = PredictionTarget.Velocity;

    /// <summary>Refuses a network that cannot be built.</summary>
    /// <exception cref="InvalidInputException">The first field that does not fit.</exception>
    internal void Validate()
    {
        InRange(nameof(Dimensions), Dimensions, 1, 4096);
        InRange(nameof(Width), Width, 1, 4096);
        InRange(nameof(Blocks), Blocks, 1, 64);
        InRange(nameof(Classes), Classes, 0, 100_000);
        InvalidInputException.Require(
            Enum.IsDefined(Target), nameof(Target), $"{Target}", string.Join(", ", Enum.GetNames<PredictionTarget>()));

        static void InRange(string field, int value, int min, int max) =>
            InvalidInputException.Require(value >= min && value <= max, field, $"{value}", $"{min} to {max}");
    }
}
