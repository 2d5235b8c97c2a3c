using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <summary>y = factor · x^exponent: a straight line where both axes are logarithmic, whose slope is the exponent.</summary>
/// <param name="Factor">The value at x = 1.</param>
/// <param name="Exponent">The slope: 1 where y grows in proportion to x, 2 where it grows with the square.</param>
public readonly record struct PowerLaw(double Factor, double Exponent)
{
    /// <summary>The law that fits best: least squares of log y over log x.</summary>
    /// <param name="x">Positive numbers, at least two different ones.</param>
    /// <param name="y">Positive numbers, as many.</param>
    /// <exception cref="InvalidInputException">The numbers are not positive, or too few.</exception>
    public static PowerLaw Fit(double[] x, double[] y)
    {
        if (x.Length != y.Length || x.Distinct().Count() < 2)
        {
            throw new InvalidInputException("x, y", $"{x.Length} and {y.Length} values", "as many of one as of the other, with at least two different x");
        }
        if (x.Concat(y).FirstOrDefault(value => !(double.IsFinite(value) && value > 0), 1) is var bad and not 1)
        {
            throw new InvalidInputException("x, y", Numbers.Cell(bad), "positive numbers");
        }
        var (logX, logY) = (Array.ConvertAll(x, Math.Log), Array.ConvertAll(y, Math.Log));
        var (meanX, meanY) = (logX.Average(), logY.Average());
        var exponent = logX.Zip(logY, (u, v) => (u - meanX) * (v - meanY)).Sum() / logX.Sum(u => (u - meanX) * (u - meanX));
        return new PowerLaw(Math.Exp(meanY - exponent * meanX), exponent);
    }

    /// <summary>The law's value at a point.</summary>
    /// <param name="x">A positive number.</param>
    public double At(double x) => Factor * Math.Pow(x, Exponent);
}
