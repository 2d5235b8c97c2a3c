using System.Globalization;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Lab;

/// <summary>All that a reader can choose, as the page's address says it: what is sampled, and how.</summary>
internal sealed record Choice(
    string Data, string Modes, NoiseSchedule Schedule, Stride Stride, StepRule Rule, string Clip,
    int Count, int Seed, int? Class, double Guidance)
{
    public const int MaxPoints = 20_000;
    public const int MaxPictures = 64;
    public const int MaxT = 10_000;
    public const int MaxCalls = 1000;

    /// <summary>The bound on x̂0.</summary>
    public Clipping Clipping { get; } = Clip switch
    {
        "auto" => Clipping.Automatic,
        "none" => Clipping.None,
        _ => Clipping.Of(Number("clip", Clip)),
    };

    /// <summary>The sampler that was chosen.</summary>
    public Sampler Sampler => new(Schedule, Stride, Rule) { Clipping = Clipping };

    /// <summary>What two choices share that start from one noise and are held against one truth.</summary>
    public (string, string, int, int, int?) Start => (Data, Modes, Count, Seed, Class);

    /// <summary>Reads a choice.</summary>
    /// <param name="value">The text under a key; null where the address has none.</param>
    /// <exception cref="InvalidInputException">A value is none that the library takes, or beyond what the laboratory computes.</exception>
    public static Choice Read(Func<string, string?> value)
    {
        string data = value("data") ?? Subject.Default;
        int T = Whole("T", value("T") ?? "1000", 1, MaxT);
        bool pictures = Subject.ArePictures(data);
        var choice = new Choice(
            data,
            value("modes") ?? "",
            NoiseSchedule.Parse(value("schedule") ?? "linear", T),
            Stride.Parse(value("stride") ?? "quadratic5"),
            StepRule.Parse(value("rule") ?? "ddim"),
            value("clip") ?? "auto",
            Whole("count", value("count") ?? (pictures ? "16" : "2000"), 1, pictures ? MaxPictures : MaxPoints),
            Whole("seed", value("seed") ?? "1", 0, 99_999),
            value("class") is { } text ? Whole("class", text, 0, 999) : null,
            Number("guidance", value("guidance") ?? "1"));
        int K = choice.Stride.Timesteps(choice.Schedule).Count;
        Require(K <= MaxCalls, "stride", $"{choice.Stride} of {K} timesteps", $"at most {MaxCalls} timesteps in the laboratory");
        return choice;
    }

    internal static int Whole(string what, string text, int from, int to) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to
            ? number
            : throw new InvalidInputException(what, $"\"{text}\"", $"a whole number from {from} to {to}");

    internal static double Number(string what, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new InvalidInputException(what, $"\"{text}\"", "a finite number");
}
