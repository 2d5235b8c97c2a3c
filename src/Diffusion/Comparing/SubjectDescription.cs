using System.Text.Json;
using Diffusion.Tracing;

namespace Diffusion.Comparing;

/// <summary>What samplers are compared on, in words and numbers: part of the plan, so that results of another are refused.</summary>
/// <param name="Identity">All that results depend on: a mixture's numbers, or the hashes of a network and its data.</param>
/// <param name="Title">One line for readers.</param>
/// <param name="Yardstick">What the last row of every table is, such as "true samples".</param>
/// <param name="MostSamples">The most samples that a run can draw and still be held against as many of the yardstick.</param>
/// <param name="Scores">What a run is scored by; the first is a distance to the truth, by which samplers are ranked.</param>
public sealed record SubjectDescription(JsonElement Identity, string Title, string Yardstick, int MostSamples, IReadOnlyList<Score> Scores)
{
    private static readonly JsonSerializerOptions Camel = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Camel);

    internal static SubjectDescription Read(JsonElement json)
    {
        try
        {
            if (json.Deserialize<SubjectDescription>(Camel) is { Title: not null, Yardstick: not null, Scores.Count: > 0, Identity.ValueKind: JsonValueKind.Object } read)
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidInputException("subject", JsonReading.Kind(json), "a subject as a comparison writes it");
    }
}

/// <summary>One of the scores of a run.</summary>
/// <param name="Name">Its name in CSV.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Brief">Whether there is room for it in a terminal.</param>
public sealed record Score(string Name, string Title, bool Brief = false);
