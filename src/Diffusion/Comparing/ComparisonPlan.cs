using System.Text.Encodings.Web;
using System.Text.Json;
using Diffusion.Tracing;

namespace Diffusion.Comparing;

/// <summary>A grid of samplers to compare on one subject: schedules × strides × rules × calls.</summary>
/// <param name="Subject">What they are compared on: <see cref="ComparisonSubject.Description"/>.</param>
/// <param name="Schedules">Names of schedules, as <see cref="NoiseSchedule.Parse"/> reads them.</param>
/// <param name="T">The number of timesteps of each.</param>
/// <param name="Strides">The families of strides.</param>
/// <param name="Rules">The step rules.</param>
/// <param name="Calls">How many denoiser calls a sampler may take.</param>
/// <param name="Samples">How many samples each run draws.</param>
/// <param name="Seeds">How many runs score each sampler, with the seeds 1, 2, ….</param>
/// <param name="SearchSeed">The seed that strides are searched for with; not one of those that score.</param>
public sealed record ComparisonPlan(
    SubjectDescription Subject,
    IReadOnlyList<string> Schedules,
    int T,
    IReadOnlyList<StrideFamily> Strides,
    IReadOnlyList<StepRule> Rules,
    IReadOnlyList<int> Calls,
    int Samples,
    int Seeds,
    int SearchSeed)
{
    /// <summary>The cells in the order of the table: by schedule, rule, calls, then stride.</summary>
    public IReadOnlyList<ComparisonCell> Cells() =>
    [
        .. from schedule in Schedules
           from rule in Rules
           from calls in Calls
           from stride in Strides
           select (schedule, rule, calls, stride) into cell
           select new ComparisonCell(cell.schedule, cell.rule, cell.calls, cell.stride),
    ];

    /// <summary>Everything that the results depend on, as JSON: equal texts, equal results.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            subject = Subject.ToJson(),
            schedules = Schedules,
            T,
            strides = Strides.Select(stride => stride.Name),
            rules = Rules.Select(rule => rule.Name),
            calls = Calls,
            samples = Samples,
            seeds = Seeds,
            searchSeed = SearchSeed,
            build = typeof(ComparisonPlan).Module.ModuleVersionId,
        },
        Indented) + "\n";

    /// <summary>Reads a plan as <see cref="ToJson"/> writes it. The build that wrote it is not looked at.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="InvalidInputException">It is no plan.</exception>
    public static ComparisonPlan Parse(string json)
    {
        using JsonDocument document = JsonReading.Document(json);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException("plan", JsonReading.Kind(root), "a JSON object");
        }

        var plan = new ComparisonPlan(
            SubjectDescription.Read(JsonReading.Required(root, "subject")),
            JsonReading.Texts(root, "schedules"),
            JsonReading.Whole(root, "T"),
            [.. JsonReading.Texts(root, "strides").Select(StrideFamily.Parse)],
            [.. JsonReading.Texts(root, "rules").Select(StepRule.Parse)],
            [.. JsonReading.Vector(JsonReading.Required(root, "calls"), "calls").Select(calls => (int)calls)],
            JsonReading.Whole(root, "samples"),
            JsonReading.Whole(root, "seeds"),
            JsonReading.Whole(root, "searchSeed"));
        plan.Validate();
        return plan;
    }

    /// <summary>Refuses what cannot be compared, before anything is computed.</summary>
    /// <exception cref="InvalidInputException">A part of the plan is out of range, or a stride does not exist under a schedule.</exception>
    public void Validate()
    {
        Require(Samples >= 2 && Samples <= Subject.MostSamples, "samples", Samples, $"2 to {Subject.MostSamples}: as many {Subject.Yardstick} stand beside them");
        Require(Seeds is >= 1 and <= 1000, "seeds", Seeds, "1 to 1000");
        Require(SearchSeed is 0 || (SearchSeed > Seeds && SearchSeed < SeedStream.Seeds), "search-seed", SearchSeed, $"0 or {Seeds + 1} to {SeedStream.Seeds - 1}: none of the scoring seeds 1 to {Seeds}");
        RequireSome("schedules", Schedules);
        RequireSome("strides", Strides.Select(stride => stride.Name));
        RequireSome("rules", Rules.Select(rule => rule.Name));
        RequireSome("calls", Calls.Select(calls => $"{calls}"));
        foreach (ComparisonCell cell in Cells())
        {
            Require(cell.Calls >= 1 && cell.Steps <= T, "calls", cell.Calls, $"1 to the {T} timesteps of the schedule");
            var schedule = NoiseSchedule.Parse(cell.Schedule, T);
            if (cell.Stride.Objective is null)
            {
                cell.Stride.WithCount(cell.Steps).Timesteps(schedule);
            }
        }

        static void Require(bool holds, string field, int got, string takes)
        {
            if (!holds)
            {
                throw new InvalidInputException(field, $"{got}", takes);
            }
        }

        static void RequireSome(string field, IEnumerable<string> names)
        {
            string[] all = [.. names];
            if (all.Length == 0 || all.Distinct().Count() < all.Length)
            {
                throw new InvalidInputException(field, all.Length == 0 ? "none" : string.Join(",", all), "at least one, each once");
            }
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>One sampler of a comparison.</summary>
/// <param name="Schedule">The schedule's name.</param>
/// <param name="Rule">The step rule.</param>
/// <param name="Calls">How many denoiser calls it may take.</param>
/// <param name="Stride">The stride's family.</param>
public sealed record ComparisonCell(string Schedule, StepRule Rule, int Calls, StrideFamily Stride)
{
    /// <summary>K. Heun's rule asks the denoiser twice in every step but the last.</summary>
    public int Steps => Rule is HeunRule ? (Calls + 1) / 2 : Calls;

    /// <summary>The sampler, as one line of text.</summary>
    public override string ToString() => $"{Schedule} {Rule} {Stride} at {Calls} calls";
}
