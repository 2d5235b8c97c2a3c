using System.Globalization;

namespace Diffusion;

public sealed partial class NoiseSchedule
{
    private const string ZeroSnrSuffix = "-zero-snr", LogSnrPrefix = "logsnr:";

    /// <summary>The names that <see cref="Parse"/> reads.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["linear", "cosine", "offset-cosine", "scaled-linear", "quadratic", "sigmoid", "log-linear"];

    /// <summary>A schedule by its name, as the command line and trace files write it.</summary>
    /// <param name="name">
    /// One of <see cref="Names"/>, or <c>linear:0.0001:0.02</c> (or a comma) with β_1 and β_T; with <c>-zero-snr</c> behind it,
    /// rescaled by <see cref="WithZeroTerminalSnr"/>; or <c>logsnr:9,2,-9</c>, the values of <see cref="FromLogSnr"/>.
    /// </param>
    /// <param name="T">The number of timesteps.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or T is too small for it.</exception>
    public static NoiseSchedule Parse(string name, int T) => name switch
    {
        "linear" => Linear(T),
        "cosine" => Cosine(T),
        "offset-cosine" => OffsetCosine(T),
        "scaled-linear" => ScaledLinear(T),
        "quadratic" => Quadratic(T),
        "sigmoid" => Sigmoid(T),
        "log-linear" => LogLinear(T),
        _ when name.StartsWith(LogSnrPrefix, StringComparison.Ordinal) =>
            FromLogSnr(T, [.. name[LogSnrPrefix.Length..].Split(',').Select(text => Number(text) ?? double.NaN)]),
        _ when name.Split(':', ',') is ["linear", var first, var last] && Number(first) is { } from && Number(last) is { } to =>
            Linear(T, from, to),
        _ when name.IndexOf(ZeroSnrSuffix, StringComparison.Ordinal) is > 0 and var end && end == name.Length - ZeroSnrSuffix.Length =>
            Parse(name[..end], T).WithZeroTerminalSnr(),
        _ => throw new InvalidInputException("schedule", $"\"{name}\"",
            $"one of {string.Join(", ", Names)}, linear:0.0001:0.02 with its β range, also with {ZeroSnrSuffix}; or {LogSnrPrefix}9,2,-9"),
    };

    /// <summary>A number of a name, as every culture writes it there.</summary>
    internal static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
