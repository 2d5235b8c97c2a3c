using System.Text.Json;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Diffusion;

/// <summary>
/// How training draws noise levels: λ = log(ᾱ/(1−ᾱ)) as a function of u ~ U(0, 1), clamped to ±12, where networks stop
/// telling levels apart. Two distributions of the same name are equal.
/// </summary>
[JsonConverter(typeof(AsName))]
public sealed record NoiseLevelDistribution
{
    private const double Limit = NoiseEmbedding.Limit;

    private readonly string name;
    private readonly Func<double, double> logSnr;

    private NoiseLevelDistribution(string name, Func<double, double> logSnr) => (this.name, this.logSnr) = (name, logSnr);

    /// <summary>
    /// The levels that the cosine schedule visits: ᾱ = cos²(πu/2), so λ = −2·log tan(πu/2) (Nichol &amp; Dhariwal 2021, eq.
    /// 17 without its offset).
    /// </summary>
    public static NoiseLevelDistribution Cosine { get; } = ShiftedCosine(0);

    /// <summary>The cosine levels moved by a shift, for pictures whose size asks for more noise (Hoogeboom et al. 2023, eq. 3).</summary>
    /// <param name="shift">What to add to every λ; below 0 is noisier.</param>
    /// <exception cref="InvalidInputException">The shift is not in ±10.</exception>
    public static NoiseLevelDistribution ShiftedCosine(double shift)
    {
        InvalidInputException.Require(Math.Abs(shift) <= 10, "levels", Invariant($"a shift of {shift}"), "a shift in ±10");
        string name = shift == 0 ? "cosine" : Invariant($"cosine{(shift > 0 ? "+" : "")}{shift}");
        return new(name, u => -2 * Math.Log(Math.Tan(Math.PI * u / 2)) + shift);
    }

    /// <summary>Every λ between two as likely as any other.</summary>
    /// <param name="min">The noisiest λ.</param>
    /// <param name="max">The cleanest λ.</param>
    /// <exception cref="InvalidInputException">They are not in order, or outside ±12.</exception>
    public static NoiseLevelDistribution Uniform(double min, double max)
    {
        InvalidInputException.Require(
            min >= -Limit && min < max && max <= Limit, "levels", Invariant($"{min} to {max}"), "two log-SNRs in order, inside ±12");
        return new(Invariant($"uniform:{min}:{max}"), u => max - u * (max - min));
    }

    /// <summary>A distribution by name: <c>cosine</c>, <c>cosine-1.5</c> (shifted), <c>uniform:-8:8</c>.</summary>
    /// <param name="text">The name.</param>
    /// <exception cref="InvalidInputException">It is none of these.</exception>
    public static NoiseLevelDistribution Parse(string text)
    {
        return text.Split(':') switch
        {
            ["uniform", var first, var second] when NoiseSchedule.Number(first) is { } min && NoiseSchedule.Number(second) is { } max => Uniform(min, max),
            ["cosine"] => Cosine,
            [var one] when one.StartsWith("cosine", StringComparison.Ordinal) && NoiseSchedule.Number(one["cosine".Length..]) is { } shift =>
                ShiftedCosine(shift),
            _ => throw new InvalidInputException("levels", $"\"{text}\"", "cosine, cosine-1.5 (shifted by that log-SNR) or uniform:-8:8"),
        };
    }

    /// <summary>The level at a quantile.</summary>
    /// <param name="u">A number in [0, 1]; 0 is the cleanest.</param>
    public NoiseLevel Level(double u) => NoiseLevel.FromLogSnr(Math.Clamp(logSnr(u), -Limit, Limit));

    /// <inheritdoc/>
    public bool Equals(NoiseLevelDistribution? other) => name == other?.name;

    /// <inheritdoc/>
    public override int GetHashCode() => name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => name;

    /// <summary>In a checkpoint's JSON a distribution is its name.</summary>
    private sealed class AsName : JsonConverter<NoiseLevelDistribution>
    {
        public override NoiseLevelDistribution Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.GetString() ?? "");
            }
            catch (InvalidInputException refused)
            {
                throw new JsonException(refused.Message);
            }
        }

        public override void Write(Utf8JsonWriter writer, NoiseLevelDistribution value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
