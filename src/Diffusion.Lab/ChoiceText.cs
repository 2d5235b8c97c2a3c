using System.Globalization;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Lab;

/// <summary>Reads the pairs of a query; an empty value is as good as none.</summary>
/// <param name="pairs">The value of a key, or null.</param>
internal sealed class ChoiceText(Func<string, string?> pairs)
{
    public string? this[string key] => string.IsNullOrWhiteSpace(pairs(key)) ? null : pairs(key)!.Trim();

    /// <summary>A whole number in its bounds.</summary>
    public int Whole(string key, int otherwise, int least, int most) => this[key] is not { } text
        ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new InvalidInputException(key, $"\"{text}\"", $"a whole number from {least} to {most}");

    /// <summary>A finite number.</summary>
    public double Number(string key, double otherwise) => this[key] is { } text ? Number(key, text) : otherwise;

    /// <summary>A finite number in a text.</summary>
    public static double Number(string key, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new InvalidInputException(key, $"\"{text}\"", "a finite number");

    /// <summary>A bound on x̂0: auto, none or a positive number.</summary>
    public static Clipping Clip(string key, string text) => text switch
    {
        "auto" => Clipping.Automatic,
        "none" => Clipping.None,
        _ => double.TryParse(text, CultureInfo.InvariantCulture, out double limit) && limit > 0 && double.IsFinite(limit)
            ? Clipping.Of(limit)
            : throw new InvalidInputException(key, $"\"{text}\"", "auto, none or a positive number"),
    };

    /// <summary>Modes x:y:sd:w;…, as handles have them.</summary>
    public static GaussianMixture Modes(string text)
    {
        double[][] modes = [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(mode =>
            mode.Split(':') is { Length: 4 } parts
                ? parts.Select(part => Number("modes", part)).ToArray()
                : throw new InvalidInputException("modes", $"\"{mode}\"", "x:y:sd:w for each mode, with ; between"))];
        Require(modes.Length is >= 1 and <= Limits.Modes, "modes", $"{modes.Length} modes", $"1 to {Limits.Modes}");
        return new(
            [.. modes.Select(mode => mode[3])], [.. modes.Select(mode => mode[..2])], [.. modes.Select(mode => mode[2])]);
    }
}
