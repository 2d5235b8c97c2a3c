using System.Globalization;

namespace Diffusion;

/// <summary>
/// How training draws noise levels: λ = log(ᾱ/(1−ᾱ)) as a function of u ~ U(0, 1), cut to ±12, where networks stop
/// telling levels apart.
/// </summary>
public abstract record LevelDistribution
{
    /// <summary>
    /// The levels that the cosine schedule visits: ᾱ = cos²(πu/2), so λ = −2·log tan(πu/2) (Nichol &amp; Dhariwal 2021, eq.
    /// 17 without its offset).
    /// </summary>
    public static LevelDistribution Cosine { get; } = new CosineLevels(0);

    /// <summary>The cosine levels moved by a shift, for pictures whose size asks for more noise (Hoogeboom et al. 2023, eq. 3).</summary>
    /// <param name="shift">What to add to every λ; below 0 is noisier.</param>
    /// <exception cref="InvalidInputException">The shift is not in ±10.</exception>
    public static LevelDistribution ShiftedCosine(double shift) => Math.Abs(shift) <= 10
        ? new CosineLevels(shift)
        : throw new InvalidInputException("levels", Invariant($"a shift of {shift}"), "a shift in ±10");

    /// <summary>Every λ between two as likely as any other.</summary>
    /// <param name="least">The noisiest λ.</param>
    /// <param name="most">The cleanest λ.</param>
    /// <exception cref="InvalidInputException">They are not in order, or outside ±12.</exception>
    public static LevelDistribution Uniform(double least, double most) => least >= -LogSnrLimit && least < most && most <= LogSnrLimit
        ? new UniformLevels(least, most)
        : throw new InvalidInputException("levels", Invariant($"{least} to {most}"), "two log-SNRs in order, inside ±12");

    /// <summary>A distribution by name: <c>cosine</c>, <c>cosine-1.5</c> (shifted), <c>uniform:-8:8</c>.</summary>
    /// <param name="text">The name.</param>
    /// <exception cref="InvalidInputException">It is none of these.</exception>
    public static LevelDistribution Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts is ["uniform", var least, var most] && Number(least) is { } from && Number(most) is { } to)
        {
            return Uniform(from, to);
        }

        if (text == "cosine")
        {
            return Cosine;
        }

        return text.StartsWith("cosine", StringComparison.Ordinal) && Number(text["cosine".Length..]) is { } shift
            ? ShiftedCosine(shift)
            : throw new InvalidInputException("levels", $"\"{text}\"", "cosine, cosine-1.5 (shifted by that log-SNR) or uniform:-8:8");

        static double? Number(string number) =>
            double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    /// <summary>The level at a quantile.</summary>
    /// <param name="u">A number in [0, 1]; 0 is the cleanest.</param>
    public NoiseLevel Level(double u) => NoiseLevel.FromLogSnr(Math.Clamp(LogSnr(u), -LogSnrLimit, LogSnrLimit));

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public abstract override string ToString();

    private protected abstract double LogSnr(double u);

    private const double LogSnrLimit = Networks.LevelEmbedding.Limit;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record CosineLevels(double Shift) : LevelDistribution
    {
        public override string ToString() => Shift == 0 ? "cosine" : Invariant($"cosine{Shift:+0.###;-0.###}");

        private protected override double LogSnr(double u) => -2 * Math.Log(Math.Tan(Math.PI * u / 2)) + Shift;
    }

    private sealed record UniformLevels(double Least, double Most) : LevelDistribution
    {
        public override string ToString() => Invariant($"uniform:{Least}:{Most}");

        private protected override double LogSnr(double u) => Most - u * (Most - Least);
    }
}
