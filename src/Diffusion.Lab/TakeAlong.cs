using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Diffusion.Lab;

/// <summary>A choice in the forms in which it leaves the page.</summary>
/// <param name="Cell">A C# cell that draws the same samples and measures the same distance.</param>
/// <param name="Command">A <c>ddm</c> command of the same choice.</param>
/// <param name="Input">The file that the command reads; empty where it reads none.</param>
/// <param name="Entry">A cell that enters the choice in the leaderboard of notebook 9; empty where that takes none such.</param>
internal sealed record TakeAlong(string Cell, string Command, string Input, string Entry)
{
    public const string InputFile = "choice.json";

    // A reader's file: enough to follow, and short enough to read.
    private const int TracedPoints = 3;

    public static TakeAlong Of(Choice choice, Subject subject)
    {
        string schedule = Text(choice.Schedule.Name), stride = Text($"{choice.Stride}"), rule = Text($"{choice.Rule}");
        string sampler = $$"""
            var schedule = NoiseSchedule.Parse({{schedule}}, {{choice.Schedule.T}});
            var sampler = new Sampler(schedule, Stride.Parse({{stride}}), StepRule.Parse({{rule}})){{Clip(choice.Clip)}};
            """;
        return subject is MixtureSubject mixture
            ? new(
                OfMixture(choice, mixture, sampler),
                $"ddm trace --input {InputFile} --output steps.json",
                Trace(choice, mixture),
                Enter(choice, schedule, stride, rule))
            : new(OfNetwork(choice, (NetworkSubject)subject, sampler), Sample(choice), "", "");
    }

    private static string OfMixture(Choice choice, MixtureSubject subject, string sampler)
    {
        GaussianMixture mixture = subject.Mixture;
        string made = choice switch
        {
            { Modes: "", Data: Subject.Default } => "GaussianMixture.ThreeModes",
            { Modes: "" } => MixtureSubject.Code(choice.Data),
            _ => string.Create(CultureInfo.InvariantCulture, $"new GaussianMixture([{Numbers(mixture.Weights)}], ")
                + $"[{string.Join(", ", mixture.Means.Select(mean => $"[{Numbers(mean)}]"))}], [{Numbers(mixture.Stds)}])",
        };
        return $$"""
            var mixture = {{made}};
            {{sampler}}
            var start = Noise.Gaussian([{{choice.Count}}, 2], {{choice.Seed}}, TorchSharp.torch.ScalarType.Float64);
            var samples = sampler.Run(new GaussianMixtureDenoiser(mixture), start, {{subject.NoiseSeed(choice)}}).Sample;
            var truth = mixture.Sample({{choice.Count}}, {{choice.Seed + SeedOffset.Data}});
            display(Figures.Points($"W1 {SlicedWasserstein.Distance(samples, truth):G4}", ("truth", truth), ("samples", samples)));
            """;
    }

    private static string OfNetwork(Choice choice, NetworkSubject subject, string sampler)
    {
        string labels = choice.Class is { } one ? $"_ => {one}L" : $"i => (long)(i % {subject.Network.Classes})";
        string denoiser = subject.Network.Classes == 0
            ? "network"
            : string.Create(CultureInfo.InvariantCulture,
                $"network.Conditional([.. Enumerable.Range(0, {choice.Count}).Select({labels})], {choice.Guidance})");
        return $$"""
            var network = Checkpoints.Load({{Text(subject.Name)}});
            {{sampler}}
            var start = Noise.Gaussian([{{choice.Count}}, .. network.SampleShape], {{choice.Seed}});
            var samples = sampler.Run({{denoiser}}, start, {{choice.Seed}}).Sample;
            display(Figures.Pictures("samples", samples));
            """;
    }

    private static string Sample(Choice choice)
    {
        var text = new StringBuilder("ddm sample ").Append(choice.Data == Subject.Own ? "CHECKPOINT" : choice.Data)
            .Append(CultureInfo.InvariantCulture, $" --schedule {choice.Schedule.Name} --T {choice.Schedule.T} --stride {choice.Stride}")
            .Append(CultureInfo.InvariantCulture, $" --rule {choice.Rule} --count {choice.Count} --seed {choice.Seed}");
        if (choice.Class is { } asked)
        {
            text.Append(CultureInfo.InvariantCulture, $" --class {asked}");
        }

        if (choice.Guidance != 1)
        {
            text.Append(CultureInfo.InvariantCulture, $" --guidance {choice.Guidance}");
        }

        return text.ToString();
    }

    /// <summary>The file of <c>ddm trace</c>, with the first points of the start.</summary>
    private static string Trace(Choice choice, MixtureSubject subject)
    {
        using TorchSharp.torch.Tensor start = subject.Start(choice);
        string[] rule = $"{choice.Rule}".Split(':');
        var request = new Dictionary<string, object?>
        {
            ["schedule"] = choice.Schedule.Name,
            ["T"] = choice.Schedule.T,
            ["stride"] = $"{choice.Stride}",
            ["method"] = rule[0],
            [rule[0] == "ddpm" ? "variance" : "eta"] = rule switch
            {
                ["ddpm", var variance] => variance,
                ["ddim", var eta] => double.Parse(eta, CultureInfo.InvariantCulture),
                _ => null,
            },
            ["clip"] = choice.Clip is "auto" or "none" ? null : Choice.Number("clip", choice.Clip),
            ["seed"] = subject.NoiseSeed(choice),
            ["mixture"] = JsonSerializer.Deserialize<JsonElement>(MixtureJson.Write(subject.Mixture)),
            ["start"] = Enumerable.Range(0, Math.Min(TracedPoints, choice.Count)).Select(row => Encoded.Row(start, row)),
        };
        return JsonSerializer.Serialize(request);
    }

    /// <summary>The board of notebook 9 is of its three clusters, and its recipes have no clipping.</summary>
    private static string Enter(Choice choice, string schedule, string stride, string rule) =>
        choice is { Data: Subject.Default, Modes: "", Clip: "auto" or "none" }
            ? $"Enter(Kit(NoiseSchedule.Parse({schedule}, {choice.Schedule.T}), {stride}, {rule}))"
            : "";

    private static string Clip(string clip) => clip switch
    {
        "auto" => "",
        "none" => " { Clipping = Clipping.None }",
        _ => $" {{ Clipping = Clipping.Of({clip}) }}",
    };

    private static string Numbers(IEnumerable<double> numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
