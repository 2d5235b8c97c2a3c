using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Evaluation;

/// <summary>A grid of samplers to compare on one benchmark: schedules × strides × rules × calls.</summary>
/// <param name="Benchmark">What they are compared on: <see cref="Benchmark.Description"/>.</param>
/// <param name="Schedules">Names of schedules, as <see cref="NoiseSchedule.Parse"/> reads them.</param>
/// <param name="T">The number of timesteps of each.</param>
/// <param name="Strides">The families of strides.</param>
/// <param name="Rules">The step rules.</param>
/// <param name="Calls">How many denoiser calls a sampler may take.</param>
/// <param name="Samples">How many samples each run draws.</param>
/// <param name="Seeds">How many runs score each sampler, with the seeds 1, 2, ….</param>
/// <param name="SearchSeed">The seed that strides are searched for with; not one of those that score.</param>
public sealed record ComparisonPlan(
    [property: JsonPropertyName("subject")] BenchmarkDescription Benchmark,
    IReadOnlyList<string> Schedules,
    [property: JsonPropertyName("T")] int T,
    IReadOnlyList<StrideFamily> Strides,
    IReadOnlyList<StepRule> Rules,
    IReadOnlyList<int> Calls,
    int Samples,
    int Seeds,
    int SearchSeed)
{
    private static readonly JsonSerializerOptions Format = new(JsonReading.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new Text<StrideFamily>(StrideFamily.Parse), new Text<StepRule>(StepRule.Parse) },
    };

    [JsonInclude]
    [JsonPropertyOrder(1)]
    private string Build => BuildIdentity.Text;

    private IEnumerable<object?>[] Lists => [Benchmark.Metrics, Schedules, Strides, Rules];

    /// <summary>The cells in the order of the table: by schedule, rule, calls, then stride.</summary>
    public IReadOnlyList<ComparisonCell> Cells() =>
    [
        .. from schedule in Schedules
           from rule in Rules
           from calls in Calls
           from stride in Strides
           select new ComparisonCell(schedule, rule, calls, stride),
    ];

    /// <summary>Everything that the results depend on, as JSON: equal texts, equal results.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format) + "\n";

    /// <summary>Reads a plan as <see cref="ToJson"/> writes it. The build that wrote it is not looked at.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidInputException">It is no plan.</exception>
    public static ComparisonPlan Parse(string json)
    {
        ComparisonPlan? plan = null;
        try
        {
            plan = JsonSerializer.Deserialize<ComparisonPlan>(json, Format);
        }
        catch (Exception e) when (e is JsonException or (ArgumentException and not InvalidInputException))
        {
            // Said below.
        }

        Require(plan is { Benchmark.Metrics.Count: > 0 } && plan.Lists.All(list => !list.Contains(null)),
            "plan", "another text", "a plan as a comparison writes it");
        plan.Validate();
        return plan;
    }

    /// <summary>Refuses what cannot be compared, before anything is computed.</summary>
    /// <exception cref="InvalidInputException">A part of the plan is out of range, or a stride does not exist under a schedule.</exception>
    public void Validate()
    {
        Require(Samples >= 2 && Samples <= Benchmark.MaxSamples,
            "samples", $"{Samples}", $"2 to {Benchmark.MaxSamples}: as many {Benchmark.Reference} stand beside them");
        Require(Seeds is >= 1 and <= 1000, "seeds", $"{Seeds}", "1 to 1000");
        Require(SearchSeed is 0 || (SearchSeed > Seeds && SearchSeed <= SeedOffset.MaxSeed),
            "search-seed", $"{SearchSeed}", $"0 or {Seeds + 1} to {SeedOffset.MaxSeed}: none of the scoring seeds 1 to {Seeds}");
        RequireDistinct("schedules", Schedules);
        RequireDistinct("strides", Strides);
        RequireDistinct("rules", Rules);
        RequireDistinct("calls", Calls);
        foreach (ComparisonCell cell in Cells())
        {
            Require(cell.Calls >= 1 && cell.Steps <= T, "calls", $"{cell.Calls}", $"1 to the {T} timesteps of the schedule");
            var schedule = NoiseSchedule.Parse(cell.Schedule, T);
            if (cell.Stride.Objective is null)
            {
                cell.Stride.WithCount(cell.Steps).Timesteps(schedule);
            }
        }

        static void RequireDistinct<T>(string field, IReadOnlyList<T> all) => Require(
            all.Count > 0 && all.Distinct().Count() == all.Count,
            field, all.Count == 0 ? "none" : string.Join(',', all), "at least one, each once");
    }

    /// <summary>A value that is written and read as its name.</summary>
    private sealed class Text<T>(Func<string, T> parse) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            parse(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}
