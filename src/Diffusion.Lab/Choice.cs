using System.Globalization;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Lab;

/// <summary>One state of the page: everything that an answer depends on, checked.</summary>
internal sealed record Choice
{
    private Choice(Subject subject, Sampler sampler) => (Subject, Sampler) = (subject, sampler);

    /// <summary>What is sampled.</summary>
    public Subject Subject { get; }

    /// <summary>Schedule, stride, rule and bound.</summary>
    public Sampler Sampler { get; }

    /// <summary>The stride as it was written.</summary>
    public required Stride Stride { get; init; }

    /// <summary>The bound as it was written: auto, none or a number.</summary>
    public required string Clip { get; init; }

    /// <summary>N, how many samples.</summary>
    public required int Count { get; init; }

    /// <summary>The seed of the start noise.</summary>
    public required int Seed { get; init; }

    /// <summary>The class asked for; null for all in turn.</summary>
    public required int? Class { get; init; }

    /// <summary>The weight of guidance.</summary>
    public required double Guidance { get; init; }

    /// <summary>The points whose path is wanted.</summary>
    public required IReadOnlyList<int> Follow { get; init; }

    /// <summary>What was drawn from, from which noise: what a reference depends on besides the sampler.</summary>
    public string Course => FormattableString.Invariant($"{Subject.Identity} {Count} {Seed} {Class} {Guidance:R}");

    /// <summary>All that an answer depends on.</summary>
    public string Key => string.Join('\n', Course, Sampler.Schedule, Stride, Sampler.Rule, Clip, string.Join(',', Follow));

    /// <summary>Reads a choice.</summary>
    /// <exception cref="InvalidInputException">A value is none that its key takes.</exception>
    public static Choice Parse(ChoiceText text, Subjects subjects)
    {
        Subject subject = subjects.Find(text["data"], text["modes"]);
        int T = text.Whole("T", 1000, 1, Limits.T);
        var stride = Stride.Parse(text["stride"] ?? "quadratic5");
        string clip = text["clip"] ?? "auto", rule = text["rule"] ?? "ddim";

        // η is ddim's alone: the page keeps its slider's value while another rule is tried.
        double eta = text.Number("eta", 0);
        var sampler = new Sampler(
            NoiseSchedule.Parse(text["schedule"] ?? "linear", T),
            stride,
            StepRule.Parse(rule == "ddim" && eta != 0 ? string.Create(CultureInfo.InvariantCulture, $"ddim:{eta}") : rule))
        {
            Clipping = ChoiceText.Clip("clip", clip),
        };
        Require(sampler.Timesteps.Count <= Limits.Steps, "stride", $"{sampler.Timesteps.Count} timesteps", $"at most {Limits.Steps} here");
        int count = text.Whole("count", subject.DefaultCount, 2, subject.MaxCount);
        int? asked = text["class"] is null ? null : text.Whole("class", 0, 0, int.MaxValue);
        double guidance = text.Number("guidance", 1);
        subject.Require(asked, guidance);
        return new(subject, sampler)
        {
            Stride = stride,
            Clip = clip,
            Count = count,
            Seed = text.Whole("seed", 1, 1, Limits.Seed),
            Class = asked,
            Guidance = guidance,
            Follow = ReadFollow(text["follow"], count),
        };
    }

    private static int[] ReadFollow(string? text, int count)
    {
        if (text is null)
        {
            return [.. Enumerable.Range(0, Math.Min(Limits.Paths, count))];
        }

        int[] follow = [.. text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place < count
                ? place
                : throw new InvalidInputException("follow", $"\"{part}\"", $"places from 0 to {count - 1}, with commas"))];
        Require(follow.Length <= Limits.Paths, "follow", $"{follow.Length} places", $"at most {Limits.Paths}");
        return follow;
    }
}
