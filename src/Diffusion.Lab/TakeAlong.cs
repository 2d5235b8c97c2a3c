using System.Text.Encodings.Web;
using System.Text.Json;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>A state to take along: as a notebook's cell, as a command, as an entry of notebook 9's leaderboard.</summary>
internal static class TakeAlong
{
    // A command of some screens; where noise has to be written down, fewer points are followed.
    private const int NoisesWritten = 500;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>C# that draws the samples, shows them and prints the page's distance.</summary>
    public static string CSharp(Choice choice)
    {
        string clipping = choice.Clip switch
        {
            "auto" => "",
            "none" => " { Clipping = Clipping.None }",
            var limit => $$""" { Clipping = Clipping.Of({{limit}}) }""",
        };
        string sampler = $"""
            var schedule = NoiseSchedule.Parse("{choice.Sampler.Schedule.Name}", {choice.Sampler.Schedule.T});
            var sampler = new Sampler(schedule, Stride.Parse("{choice.Stride}"), StepRule.Parse("{choice.Sampler.Rule}")){clipping};
            """;
        return choice.Subject is MixtureSubject mixture ? $$"""
            {{sampler}}
            var mixture = {{Written(mixture)}};
            var denoiser = new GaussianMixtureDenoiser(mixture);
            Tensor Drawn(int seed)
            {
                using var start = Noise.Gaussian([{{choice.Count}}, 2], seed, ScalarType.Float64);
                return sampler.Run(denoiser, start).Sample;
            }

            double[] distances = Enumerable.Range({{choice.Seed}}, {{MixtureSubject.Runs}}).Select(seed =>
            {
                using var samples = Drawn(seed);
                using var truth = mixture.Sample({{MixtureSubject.TruthPerSample}} * {{choice.Count}}, {{MixtureSubject.TruthSeed}} + seed);
                return SlicedWasserstein.Distance(samples, truth);
            }).ToArray();
            Figures.Samples(Drawn({{choice.Seed}}), $"distance to the truth {distances.Average():F3}")
            """ : $$"""
            {{sampler}}
            {{Denoiser(choice, (NetworkSubject)choice.Subject)}}
            var start = Noise.Gaussian([{{choice.Count}}, {{string.Join(", ", choice.Subject.Shape)}}], seed: {{choice.Seed}});
            var samples = sampler.Run(denoiser, start, seed: {{choice.Seed}}).Sample;
            var far = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(50)).Run(denoiser, start, seed: {{choice.Seed}}).Sample;
            double distance = (samples - far).square().flatten(1).mean([1]).sqrt().mean().item<float>();
            Figures.Samples(samples, $"distance to 50 calls {distance:F3}")
            """;
    }

    /// <summary>
    /// What a shell runs: <c>ddm sample</c> for pictures, and <c>ddm trace</c> for the followed points of a mixture. Null where no verb
    /// does that: a network of points, or a variance between the two that a trace knows.
    /// </summary>
    public static string? Command(Choice choice) => choice.Subject switch
    {
        NetworkSubject { ArePictures: true } network => Sample(choice, network),
        MixtureSubject mixture when choice.Sampler.Rule is not AncestralRule { V: > 0 and < 1 } => Trace(choice, mixture),
        _ => null,
    };

    /// <summary>The entry under its board, as JSON; null where the course is not notebook 9's.</summary>
    public static string? Leaderboard(Choice choice, long calls, double[] distances)
    {
        string bound = choice.Clip is "auto" or "none" ? "" : $" clip {choice.Clip}";
        return choice.Seed == 1 && choice.Subject.Identity == MixtureJson.Write(GaussianMixture.ThreeModes)
            ? JsonSerializer.Serialize(
                new Dictionary<string, Dictionary<string, double[]>>
                {
                    [$"three clusters, {calls} calls, {choice.Count} samples"] = new()
                    {
                        [$"{choice.Stride} {choice.Sampler.Schedule.Name} {choice.Sampler.Rule}{bound}"] = distances,
                    },
                },
                Plain)
            : null;
    }

    private static string Written(MixtureSubject subject)
    {
        if (PointSets.Names.Contains(subject.Name))
        {
            string points = $"PointSets.Generate(\"{subject.Name}\", {Subjects.PointSetModes}, seed: 1)";
            return Invariant($"GaussianMixture.Around({points}, {Subjects.PointSetBlur})");
        }

        GaussianMixture mixture = subject.Mixture;
        string means = string.Join(", ", mixture.Means.Select(mean => $"[{List(mean)}]"));
        return subject.Name == Subjects.ThreeModes
            ? "GaussianMixture.ThreeModes"
            : $"new GaussianMixture([{List(mixture.Weights)}], [{means}], [{List(mixture.Stds)}])";

        static string List(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(number => Invariant($"{number}")));
    }

    private static string Denoiser(Choice choice, NetworkSubject subject)
    {
        string network = $"Checkpoints.Load(@\"{subject.Checkpoint.Replace("\"", "\"\"", StringComparison.Ordinal)}\")";
        string label = choice.Class is { } asked ? $"{asked}L" : $"(long)(i % {subject.Network.Classes})";
        string labels = $"[.. Enumerable.Range(0, {choice.Count}).Select(i => {label})]";
        return subject.Network.Classes == 0
            ? $"IDenoiser denoiser = {network};"
            : Invariant($"var denoiser = {network}.Conditional({labels}, guidance: {choice.Guidance});");
    }

    private static string Sample(Choice choice, NetworkSubject network) =>
        $"ddm sample {Quoted(network.Checkpoint)} --count {choice.Count}"
        + $" --schedule {Quoted(choice.Sampler.Schedule.Name)} --T {choice.Sampler.Schedule.T}"
        + $" --stride {Quoted($"{choice.Stride}")} --rule {choice.Sampler.Rule}"
        + (choice.Clip == "auto" ? "" : $" --clip {choice.Clip}")
        + (choice.Class is { } asked ? $" --class {asked}" : "")
        + (choice.Guidance == 1 ? "" : Invariant($" --guidance {choice.Guidance}"))
        + $" --seed {choice.Seed} --out samples.png";

    private static string Trace(Choice choice, MixtureSubject subject)
    {
        StepRule rule = choice.Sampler.Rule;
        bool isRandom = rule is AncestralRule || (rule is SamplingEquationRule && rule.Eta > 0);
        int steps = choice.Sampler.Timesteps.Count;
        int[] points = [.. choice.Follow.Take(isRandom ? Math.Clamp(NoisesWritten / steps, 1, Limits.Paths) : Limits.Paths)];
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(subject.NoiseSeed(choice.Seed));
        var request = new Dictionary<string, object?>
        {
            ["schedule"] = choice.Sampler.Schedule.Name,
            ["T"] = choice.Sampler.Schedule.T,
            ["stride"] = $"{choice.Stride}",
            ["method"] = rule.Name.Split(':')[0],
            ["eta"] = rule is SamplingEquationRule ? rule.Eta : null,
            ["variance"] = rule is AncestralRule { V: var v } ? v == 0 ? "small" : "large" : null,
            ["clip"] = choice.Clip is "auto" or "none" ? null : ChoiceText.Number("clip", choice.Clip),
            ["mixture"] = JsonSerializer.Deserialize<JsonElement>(subject.Identity),
            ["start"] = Rows(subject.Start(choice.Count, choice.Seed)),
            ["noise"] = isRandom ? Enumerable.Range(0, steps).Select(step =>
            {
                using Tensor z = empty([choice.Count, 2], ScalarType.Float64);
                noise.Fill(step, z);
                return Rows(z);
            }).ToArray() : null,
        };
        return $"""
            cat > lab.json <<'END'
            {JsonSerializer.Serialize(request.Where(pair => pair.Value is not null).ToDictionary(), Plain)}
            END
            ddm trace --input lab.json --output steps.json
            """;

        double[][] Rows(Tensor all)
        {
            double[] numbers = Floats.Of(all);
            return [.. points.Select(point => numbers[(2 * point)..(2 * point + 2)])];
        }
    }

    // For a POSIX shell.
    private static string Quoted(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || ".,:-_/".Contains(letter))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
