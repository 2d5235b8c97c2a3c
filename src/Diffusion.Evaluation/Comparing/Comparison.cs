using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Evaluation;

/// <summary>
/// A comparison in a folder: <c>plan.json</c>, <c>floor.json</c> with the reference's scores, and <c>cells</c> with a file for
/// each cell that is done. A run takes up where an earlier one ended, and parts that were run elsewhere can be added.
/// </summary>
public sealed class Comparison
{
    private readonly string folder;
    private readonly StrideCache? cache;
    private readonly IReadOnlyList<ComparisonCell> cells;

    private Comparison(ComparisonPlan plan, string folder, StrideCache? cache)
    {
        Plan = plan;
        this.folder = folder;
        this.cache = cache;
        cells = plan.Cells();
    }

    /// <summary>What is compared.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>The cells that are not done.</summary>
    public IReadOnlyList<ComparisonCell> Missing => [.. cells.Where((_, index) => !File.Exists(CellPath(index)))];

    private string ReferencePath => Path.Combine(folder, "floor.json");

    /// <summary>Begins a comparison in a folder, or goes on with the one that is there.</summary>
    /// <param name="plan">What to compare.</param>
    /// <param name="folder">The folder; made if need be.</param>
    /// <param name="cache">Where found strides are kept; null for nowhere.</param>
    /// <exception cref="InvalidInputException">The folder holds another comparison, or the plan is out of range.</exception>
    public static Comparison Open(ComparisonPlan plan, string folder, StrideCache? cache = null)
    {
        plan.Validate();
        string path = Path.Combine(folder, "plan.json"), json = plan.ToJson();
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json)));
        }

        string there = File.ReadAllText(path);
        Require(there == json,
            "out", $"{folder}, whose plan.json is of another comparison or another build{Difference(there, json)}",
            "a folder without results, or with results of this very comparison");
        return new(plan, folder, cache);
    }

    /// <summary>Joins parts of one comparison in a folder of its own.</summary>
    /// <param name="parts">Folders of the same plan.</param>
    /// <param name="folder">The folder for all of it; made if need be.</param>
    /// <exception cref="InvalidInputException">A folder holds no comparison, or another one.</exception>
    public static Comparison Merge(IReadOnlyList<string> parts, string folder)
    {
        Require(parts.Count > 0, "parts", "none", "at least one folder of a comparison");
        string? plan = null;
        foreach (string part in parts)
        {
            string path = Path.Combine(part, "plan.json");
            Require(File.Exists(path), "parts", $"{part}, which has no plan.json", "folders of a comparison");
            string json = File.ReadAllText(path);
            plan ??= json;
            Require(json == plan,
                "parts", $"{parts[0]} and {part}, whose plan.json differ{Difference(plan, json)}", "parts of one comparison by one build");
        }

        Comparison merged = Open(ComparisonPlan.Parse(plan!), folder);
        string[] files = [.. Enumerable.Range(0, merged.cells.Count).Select(merged.CellPath), merged.ReferencePath];
        foreach (string path in files.Where(path => !File.Exists(path)))
        {
            string name = Path.GetRelativePath(folder, path);
            if (parts.Select(part => Path.Combine(part, name)).FirstOrDefault(File.Exists) is { } done)
            {
                AtomicFile.Write(path, stream => stream.Write(File.ReadAllBytes(done)));
            }
        }

        return merged;
    }

    /// <summary>Computes the cells that are not done, each on one thread.</summary>
    /// <param name="benchmark">What the plan describes.</param>
    /// <param name="shard">Which part of the grid, from 1.</param>
    /// <param name="shards">Of how many parts.</param>
    /// <param name="threads">How many cells at once.</param>
    /// <param name="done">Told each cell when it is done, from any thread.</param>
    /// <param name="cancellation">Ends the run; cells that are done stay done.</param>
    /// <exception cref="InvalidInputException">There is no such part, the benchmark is another, or samples are not finite.</exception>
    public void Run(
        Benchmark benchmark,
        int shard = 1,
        int shards = 1,
        int threads = 1,
        Action<ComparisonCell>? done = null,
        CancellationToken cancellation = default)
    {
        Require(shard >= 1 && shard <= shards, "shard", $"{shard}/{shards}", "i/n with i in 1..n");
        Require((Plan with { Benchmark = benchmark.Description }).ToJson() == Plan.ToJson(),
            "subject", benchmark.Description.Title, $"what the plan describes: {Plan.Benchmark.Title}");

        // Where every cell is done, nothing is written beside what a killed run has left.
        AtomicFile.RemoveAbandoned(Path.Combine(folder, "cells"));

        // Each part has the reference's scores, for joining them takes no benchmark.
        if (!File.Exists(ReferencePath))
        {
            using var oneThread = TorchThreads.Use(1);
            IReadOnlyList<Scores> scores = benchmark.Reference(Plan.Samples, Plan.Seeds);
            AtomicFile.Write(ReferencePath, stream => JsonSerializer.Serialize(stream, StoredScores.Of(scores, Plan), JsonReading.Options));
        }

        var finders = Plan.Schedules.ToDictionary(
            name => name, name => benchmark.StrideFinderFor(NoiseSchedule.Parse(name, Plan.T), Plan.SearchSeed, cache));
        int[] todo = [.. Enumerable.Range(0, cells.Count).Where(index => index % shards == shard - 1 && !File.Exists(CellPath(index)))];
        try
        {
            Parallel.ForEach(
                Partitioner.Create(todo, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                index =>
                {
                    using var oneThread = TorchThreads.Use(1);
                    CellResult result = Compute(benchmark, cells[index], finders[cells[index].Schedule], cancellation);
                    StoredCell.Write(CellPath(index), result, Plan);
                    done?.Invoke(cells[index]);
                });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions.OfType<InvalidInputException>().FirstOrDefault()
                ?? failures.InnerExceptions[0]);
        }
    }

    /// <summary>The results, once no cell is missing.</summary>
    /// <exception cref="InvalidInputException">Cells are missing, or a file does not hold its cell.</exception>
    public ComparisonTable Read()
    {
        IReadOnlyList<ComparisonCell> missing = Missing;
        Require(missing.Count == 0,
            "out", $"{folder}, where {missing.Count} of {cells.Count} cells are missing, first {missing.FirstOrDefault()}",
            "all parts of the comparison");
        var reference = StoredCell.Read<StoredScores[]>(
            ReferencePath, $"the scores of {Plan.Benchmark.Reference}", runs => runs.Length > 0 && StoredScores.Fit(runs, Plan));
        return new(
            Plan,
            [.. cells.Select((cell, index) => StoredCell.Read(CellPath(index), cell, Plan))],
            [.. reference.Select(run => run.ByName(Plan))]);
    }

    private CellResult Compute(Benchmark benchmark, ComparisonCell cell, StrideFinder finder, CancellationToken cancellation)
    {
        Stride stride = cell.Stride.Objective is { } objective
            ? finder.Find(objective, cell.Steps, cell.Rule, cancellation: cancellation).Stride
            : cell.Stride.WithCount(cell.Steps);
        var sampler = new Sampler(finder.Schedule, stride, cell.Rule);
        var runs = new List<Scores>();
        long calls = 0;
        for (int seed = 1; seed <= Plan.Seeds; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            (Scores scores, calls) = benchmark.Run(sampler, Plan.Samples, seed);
            runs.Add(scores);
        }

        return new(cell, sampler.Timesteps, calls, runs);
    }

    /// <summary>Names the first field in which two plans differ.</summary>
    private static string Difference(string json, string other)
    {
        try
        {
            return First(JsonNode.Parse(json), JsonNode.Parse(other), "") is { Length: > 0 } field ? $" ({field} differs)" : "";
        }
        catch (JsonException)
        {
            return "";
        }

        static string? First(JsonNode? one, JsonNode? two, string path) => (one, two) switch
        {
            (JsonObject a, JsonObject b) => a.Select(field => field.Key).Union(b.Select(field => field.Key))
                .Select(name => First(a[name], b[name], path.Length == 0 ? name : $"{path}.{name}"))
                .FirstOrDefault(found => found is not null),
            _ => JsonNode.DeepEquals(one, two) ? null : path,
        };
    }

    private string CellPath(int index) => Path.Combine(folder, "cells", index.ToString("D5", CultureInfo.InvariantCulture) + ".json");
}
