using System.Text.Json;
using System.Text.Json.Serialization;

namespace Diffusion.Evaluation;

/// <summary>A benchmark in words and numbers: part of the plan, so that results of another are refused.</summary>
/// <param name="Identity">All that results depend on: a mixture's numbers, or the hashes of a network and its data.</param>
/// <param name="Title">One line for readers.</param>
/// <param name="Reference">What the last row of every table is, such as "true samples".</param>
/// <param name="MaxSamples">The most samples that a run can draw and still be held against as many of the reference.</param>
/// <param name="Metrics">What a run is scored by; the first is a distance to the truth, by which samplers are ranked.</param>
public sealed record BenchmarkDescription(
    JsonElement Identity,
    string Title,
    [property: JsonPropertyName("yardstick")] string Reference,
    [property: JsonPropertyName("mostSamples")] int MaxSamples,
    [property: JsonPropertyName("scores")] IReadOnlyList<Metric> Metrics)
{
    /// <summary>The metric by which samplers are ranked.</summary>
    [JsonIgnore]
    public Metric Distance => Metrics[0];
}
