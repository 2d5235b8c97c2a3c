using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion;

/// <summary>
/// The shape of a <see cref="UNet"/>, in the family of Ho et al. 2020 (appendix B) and Nichol &amp; Dhariwal 2021
/// (appendix A).
/// </summary>
/// <remarks>
/// Without classes, the defaults do the work of improved-diffusion's network of 2 855 811 parameters and 0.756 GFLOP an
/// image: the same convolutions, products and parameter tensors. It differs in what costs nothing: it is told the log-SNR and not
/// a timestep, its group norms have <see cref="Groups"/> groups and not 32 (at 32 channels that would be one channel
/// a group, and the mean of a channel would be lost), and it predicts v.
/// </remarks>
public sealed record UNetConfig
{
    /// <summary>C, the channels of a picture.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>H = W, the side of a picture in pixels.</summary>
    public int Size { get; init; } = 32;

    /// <summary>The features of the first level.</summary>
    public int BaseChannels { get; init; } = 32;

    /// <summary>The features of each level as multiples of <see cref="BaseChannels"/>; every level halves the side.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2, 4];

    /// <summary>Residual blocks a level on the way down; the way up has one more.</summary>
    public int BlocksPerLevel { get; init; } = 1;

    /// <summary>The sides at which pixels attend to each other. The middle always does.</summary>
    public IReadOnlyList<int> AttentionSizes { get; init; } = [8];

    /// <summary>The heads of an attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>The groups of a group norm.</summary>
    public int Groups { get; init; } = 8;

    /// <summary>The probability that training drops a feature inside a residual block.</summary>
    public double Dropout { get; init; }

    /// <summary>How many classes a picture can be asked of; 0 for a network without labels.</summary>
    public int Classes { get; init; }

    /// <summary>What the network answers with.</summary>
    public PredictionTarget Target { get; init; } = PredictionTarget.Velocity;

    /// <summary>The numbers that the noise level and the class are embedded in.</summary>
    public int Embedding { get; init; } = 128;

    /// <summary>Refuses a network that cannot be built.</summary>
    /// <exception cref="InvalidInputException">The first field that does not fit.</exception>
    internal void Validate()
    {
        Positive(nameof(Channels), Channels);
        Positive(nameof(BaseChannels), BaseChannels);
        Positive(nameof(BlocksPerLevel), BlocksPerLevel);
        Positive(nameof(Heads), Heads);
        Positive(nameof(Groups), Groups);
        Positive(nameof(Embedding), Embedding);
        Require(Multipliers.Count is > 0 and <= 8 && Multipliers.All(multiplier => multiplier is > 0 and <= 64), nameof(Multipliers),
            string.Join(", ", Multipliers), "1 to 8 whole numbers from 1 to 64");
        int halvings = 1 << (Multipliers.Count - 1);
        Require(Size is > 0 and <= 1024 && Size % halvings == 0, nameof(Size), $"{Size}",
            $"a multiple of {halvings} up to 1024, for {Multipliers.Count} levels");
        Require(BaseChannels % Groups == 0, nameof(BaseChannels), $"{BaseChannels}", $"a multiple of the {Groups} groups");
        Require(BaseChannels % 2 == 0, nameof(BaseChannels), $"{BaseChannels}", "an even number");
        int[] sizes = [.. Multipliers.Select((_, level) => Size >> level)];
        for (int level = 0; level < sizes.Length; level++)
        {
            int channels = BaseChannels * Multipliers[level];
            bool attends = level == sizes.Length - 1 || AttentionSizes.Contains(sizes[level]);
            Require(!attends || channels % Heads == 0, nameof(Heads), $"{Heads}", $"a divisor of the {channels} features that attend");
        }

        Require(AttentionSizes.All(sizes.Contains), nameof(AttentionSizes),
            string.Join(", ", AttentionSizes), $"sides that a level has: {string.Join(", ", sizes)}");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), FormattableString.Invariant($"{Dropout}"), "a number in [0, 1)");
        Require(Classes is >= 0 and <= 100_000, nameof(Classes), $"{Classes}", "0 to 100000");
        Require(Enum.IsDefined(Target), nameof(Target), $"{Target}", string.Join(", ", Enum.GetNames<PredictionTarget>()));

        static void Positive(string field, int value) => Require(value is > 0 and <= 4096, field, $"{value}", "1 to 4096");
    }
}
