using System.Globalization;

namespace Diffusion;

public sealed partial class NoiseSchedule
{
    private const string ZeroSnrSuffix = "-zero-snr";
    private const string LogSnrPrefix = "logsnr:";

    /// <summary>The names that <see cref="Parse"/> reads.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["linear", "cosine", "offset-cosine", "scaled-linear", "quadratic", "sigmoid", "log-linear"];

    /// <summary>A schedule by its name, as the command line and trace files write it.</summary>
    /// <param name="name">One of <see cref="Names"/>, or with <c>-zero-snr</c> behind, or <c>logsnr:9,2,-9</c>, its knots.</param>
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
        _ when name.StartsWith(LogSnrPrefix, StringComparison.Ordinal) && Numbers(name.Split(':')[^1]) is { } knots => FromLogSnr(T, knots),
        _ when name.EndsWith(ZeroSnrSuffix, StringComparison.Ordinal) && Names.Contains(name[..^ZeroSnrSuffix.Length]) =>
            Parse(name[..^ZeroSnrSuffix.Length], T).WithZeroTerminalSnr(),
        _ => throw new InvalidInputException(
            "schedule", $"\"{name}\"", $"one of {string.Join(", ", Names)}, also with {ZeroSnrSuffix} behind it, or {LogSnrPrefix}9,2,-9"),
    };

    private static double[]? Numbers(string text)
    {
        double[] numbers = [.. text.Split(',').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        return numbers.All(double.IsFinite) ? numbers : null;
    }
}
