using System.Text.Json;

namespace Diffusion.Evaluation;

/// <summary>A cell's result as its file has it, which has to be that of its place in the plan.</summary>
internal sealed record StoredCell(string Cell, int[] Timesteps, long Calls, StoredScores[] Runs)
{
    public static void Write(string path, CellResult result, ComparisonPlan plan)
    {
        var stored = new StoredCell($"{result.Cell}", [.. result.Timesteps], result.Calls, StoredScores.Of(result.Runs, plan));
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, stored, JsonReading.Options));
    }

    public static CellResult Read(string path, ComparisonCell cell, ComparisonPlan plan)
    {
        var stored = Read<StoredCell>(path, $"{cell}", read => read.Cell == $"{cell}" && read is { Timesteps: not null, Runs: { } runs }
            && runs.Length == plan.Seeds && StoredScores.Fit(runs, plan));
        return new(cell, stored.Timesteps, stored.Calls, [.. stored.Runs.Select(run => run.ByName(plan))]);
    }

    /// <summary>Reads a file of a comparison.</summary>
    /// <exception cref="InvalidInputException">It does not hold what it should.</exception>
    public static T Read<T>(string path, string what, Func<T, bool> fits)
    {
        try
        {
            if (File.Exists(path) && JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), JsonReading.Options) is { } read && fits(read))
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidInputException(
            "out", $"{path}, which does not hold {what}", "files as a comparison writes them; delete this one to have it computed again");
    }
}

/// <summary>A run's scores as a file has them: in the order of the plan's metrics.</summary>
internal sealed record StoredScores(int Seed, double[] Values, double Distance)
{
    /// <exception cref="InvalidInputException">A score is not finite, which JSON cannot hold.</exception>
    public static StoredScores[] Of(IReadOnlyList<Scores> runs, ComparisonPlan plan) => [.. runs.Select((run, index) =>
    {
        double[] values = [.. plan.Benchmark.Metrics.Select(metric => run[metric.Name])];
        int broken = Array.FindIndex(values, value => !double.IsFinite(value));
        InvalidInputException.Require(broken < 0,
            "subject", $"numbers whose score {plan.Benchmark.Metrics[Math.Max(0, broken)].Name} is not finite", "means and widths nearer to 1");
        return new StoredScores(index + 1, values, run[plan.Benchmark.Distance.Name]);
    })];

    public static bool Fit(StoredScores[] runs, ComparisonPlan plan) =>
        runs.All(run => run?.Values?.Length == plan.Benchmark.Metrics.Count);

    public Scores ByName(ComparisonPlan plan) => new(
        plan.Benchmark.Metrics.Zip(Values).ToDictionary(pair => pair.First.Name, pair => pair.Second), NearestTraining: []);
}
