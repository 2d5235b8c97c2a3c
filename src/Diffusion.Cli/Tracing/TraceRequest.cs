using System.Text.Json;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary>A run to trace: a sampler, a Gaussian mixture, a start and perhaps the noise of each step.</summary>
/// <param name="Sampler">Schedule, stride, rule and bound.</param>
/// <param name="Mixture">The data; the denoiser is exact for it.</param>
/// <param name="Start">x at the largest timestep, N rows of D numbers.</param>
/// <param name="Noise">One array of the shape of the start for each step, first step first; null to draw it from the seed.</param>
/// <param name="Seed">The seed of the noise where none is given.</param>
public sealed record TraceRequest(Sampler Sampler, GaussianMixture Mixture, double[][] Start, double[][][]? Noise, int Seed)
{
    private const string Methods = "one of ddim, ddpm, standard, closed, heun, dpm++2m";
    private static readonly string[] Fields =
        ["schedule", "T", "stride", "method", "eta", "variance", "clip", "mixture", "start", "noise", "seed"];

    /// <summary>Reads a request from JSON, as the documentation of <c>ddm trace</c> describes it.</summary>
    /// <param name="json">The text of the file.</param>
    /// <exception cref="InvalidInputException">It is not JSON, or a field is missing, unknown or out of range.</exception>
    public static TraceRequest Parse(string json)
    {
        using JsonDocument document = JsonReading.Document(json);
        JsonElement root = document.RootElement;
        Require(root.ValueKind == JsonValueKind.Object, "input", JsonReading.Kind(root), "a JSON object");
        JsonReading.RefuseUnknown(root, "", Fields);
        var schedule = NoiseSchedule.Parse(JsonReading.Text(root, "schedule"), JsonReading.Whole(root, "T"));
        Stride stride = root.TryGetProperty("stride", out _) ? Stride.Parse(JsonReading.Text(root, "stride")) : Stride.Full;
        StepRule rule = Rule(root);
        double? clip = JsonReading.OptionalNumber(root, "clip");
        Require(clip is null or > 0, "clip", FormattableString.Invariant($"{clip}"), "a positive number or null");
        var sampler = new Sampler(schedule, stride, rule) { Clipping = clip is { } bound ? Clipping.Of(bound) : Clipping.None };

        GaussianMixture mixture = MixtureJson.Read(JsonReading.Required(root, "mixture"), "mixture");
        double[][] start = JsonReading.Matrix(JsonReading.Required(root, "start"), "start");
        RequireShape(start, "start", rows: null, mixture.Dimensions);

        double[][][]? noise = null;
        if (root.TryGetProperty("noise", out JsonElement noiseElement) && noiseElement.ValueKind != JsonValueKind.Null)
        {
            noise = [.. JsonReading.Items(noiseElement, "noise").Select((step, i) => JsonReading.Matrix(step, $"noise[{i}]"))];
            int steps = sampler.Timesteps.Count;
            Require(noise.Length == steps, "noise", $"{noise.Length} steps", $"one for each of the {steps} steps of the stride");
            for (int i = 0; i < noise.Length; i++)
            {
                RequireShape(noise[i], $"noise[{i}]", start.Length, mixture.Dimensions);
            }
        }

        return new(sampler, mixture, start, noise, root.TryGetProperty("seed", out _) ? JsonReading.Whole(root, "seed") : 1);
    }

    internal static Tensor ToTensor(double[][] rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);

    private static StepRule Rule(JsonElement root)
    {
        string method = JsonReading.Text(root, "method");
        // A field that the method does not use is refused all the same: it is a mistake of the writer.
        var equation = new SamplingEquationRule(JsonReading.OptionalNumber(root, "eta") ?? 0);
        string variance = root.TryGetProperty("variance", out JsonElement given) && given.ValueKind != JsonValueKind.Null
            ? JsonReading.Text(root, "variance")
            : "small";
        ReverseVariance reverse = variance switch
        {
            "small" => ReverseVariance.Small,
            "large" => ReverseVariance.Large,
            _ => throw new InvalidInputException("variance", $"\"{variance}\"", "small or large"),
        };
        return method switch
        {
            "ddim" => equation,
            "ddpm" => new AncestralRule(reverse),
            "standard" => new SequentialRule(),
            "closed" => new ClosedFormRule(),
            "heun" => new HeunRule(),
            "dpm++2m" => new DpmSolverRule(),
            _ => throw new InvalidInputException("method", $"\"{method}\"", Methods),
        };
    }

    private static void RequireShape(double[][] given, string field, int? rows, int columns)
    {
        Require(given.Length > 0 && given.Length == (rows ?? given.Length),
            field, $"{given.Length} rows", rows is null ? "at least one row" : $"{rows} rows, as start has");
        for (int i = 0; i < given.Length; i++)
        {
            int got = given[i].Length;
            Require(got == columns, field, $"{got} numbers in row {i + 1}", $"{columns}, the dimensions of the mixture");
        }
    }
}
