using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>Numbers as readers want them in a table.</summary>
internal static class NumberFormat
{
    public static string Cell(object? value) => value switch
    {
        null => "",
        double number => Short(number),
        float number => Short(number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static string Short(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 1e7 or < 1e-4 => number.ToString("0.###e0", CultureInfo.InvariantCulture),
        >= 1000 => number.ToString("0", CultureInfo.InvariantCulture),
        _ => number.ToString("G4", CultureInfo.InvariantCulture),
    };
}
