using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Files;
using Diffusion.Native;

namespace Diffusion.Comparing;

/// <summary>
/// A comparison in a folder: <c>plan.json</c>, <c>floor.json</c> with the yardstick's scores, and <c>cells</c> with a file for
/// each cell that is done. A run takes up where an earlier one ended, and parts that were run elsewhere can be added.
/// </summary>
public sealed class Comparison
{
    private readonly string folder;
    private readonly StrideCache? cache;
    private readonly string floor;
    private readonly IReadOnlyList<ComparisonCell> cells;

    private Comparison(ComparisonPlan plan, string folder, StrideCache? cache)
    {
        Plan = plan;
        this.folder = folder;
        this.cache = cache;
        floor = Path.Combine(folder, "floor.json");
        cells = plan.Cells();
    }

    /// <summary>What is compared.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>The cells that are not done.</summary>
    public IReadOnlyList<ComparisonCell> Missing => [.. cells.Where((_, index) => !File.Exists(PathOf(index)))];

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
            AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(json)));
        }
        else if (File.ReadAllText(path) is var there && there != json)
        {
            throw new InvalidInputException("out", $"{folder}, whose plan.json is of another comparison or another build{Difference(there, json)}", "a folder without results, or with results of this very comparison");
        }

        return new(plan, folder, cache);
    }

    /// <summary>Joins parts of one comparison in a folder of its own.</summary>
    /// <param name="parts">Folders of the same plan.</param>
    /// <param name="folder">The folder for all of it; made if need be.</param>
    /// <exception cref="InvalidInputException">A folder holds no comparison, or another one.</exception>
    public static Comparison Merge(IReadOnlyList<string> parts, string folder)
    {
        if (parts.Count == 0)
        {
            throw new InvalidInputException("parts", "none", "at least one folder of a comparison");
        }

        string? first = null;
        foreach (string part in parts)
        {
            string path = Path.Combine(part, "plan.json");
            string json = File.Exists(path) ? File.ReadAllText(path) : throw new InvalidInputException("parts", $"{part}, which has no plan.json", "folders of a comparison");
            first ??= json;
            if (json != first)
            {
                throw new InvalidInputException("parts", $"{parts[0]} and {part}, whose plan.json differ{Difference(first, json)}", "parts of one comparison by one build");
            }
        }

        var merged = Open(ComparisonPlan.Parse(first!), folder);
        foreach (string path in Enumerable.Range(0, merged.cells.Count).Select(merged.PathOf).Append(merged.floor).Where(path => !File.Exists(path)))
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
    /// <param name="subject">What the plan describes.</param>
    /// <param name="shard">Which part of the grid, from 1.</param>
    /// <param name="shards">Of how many parts.</param>
    /// <param name="threads">How many cells at once.</param>
    /// <param name="done">Told each cell when it is done, from any thread.</param>
    /// <param name="cancellation">Ends the run; cells that are done stay done.</param>
    /// <exception cref="InvalidInputException">There is no such part, the subject is another, or a denoiser gave no finite samples.</exception>
    public void Run(
        ComparisonSubject subject, int shard = 1, int shards = 1, int threads = 1, Action<ComparisonCell>? done = null, CancellationToken cancellation = default)
    {
        if (shards < 1 || shard < 1 || shard > shards)
        {
            throw new InvalidInputException("shard", $"{shard}/{shards}", "i/n with i in 1..n");
        }

        if ((Plan with { Subject = subject.Description }).ToJson() != Plan.ToJson())
        {
            throw new InvalidInputException("subject", subject.Description.Title, $"what the plan describes: {Plan.Subject.Title}");
        }

        // Each part has the yardstick's scores, for joining them takes no subject.
        if (!File.Exists(floor))
        {
            using var oneThread = TorchThreads.Use(1);
            IReadOnlyList<RunScores> scores = subject.Floor(Plan);
            AtomicFile.Write(floor, stream => JsonSerializer.Serialize(stream, scores));
        }

        var finders = Plan.Schedules.ToDictionary(name => name, name => new StrideFinder(NoiseSchedule.Parse(name, Plan.T), subject, Plan.SearchSeed, cache));
        int[] todo = [.. Enumerable.Range(0, cells.Count).Where(index => index % shards == shard - 1 && !File.Exists(PathOf(index)))];
        try
        {
            Parallel.ForEach(
                Partitioner.Create(todo, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                index =>
                {
                    using var oneThread = TorchThreads.Use(1);
                    CellResult result = Compute(subject, cells[index], finders[cells[index].Schedule], cancellation);
                    AtomicFile.Write(PathOf(index), stream => JsonSerializer.Serialize(stream, Stored.Of(result)));
                    done?.Invoke(cells[index]);
                });
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<InvalidInputException>().FirstOrDefault() is { } refusal)
        {
            ExceptionDispatchInfo.Throw(refusal);
        }
    }

    /// <summary>The results, once no cell is missing.</summary>
    /// <exception cref="InvalidInputException">Cells are missing, or a file does not hold its cell.</exception>
    public ComparisonTable Read()
    {
        if (Missing is [var missing, ..])
        {
            throw new InvalidInputException("out", $"{folder}, where {Missing.Count} of {cells.Count} cells are missing, first {missing}", "all parts of the comparison");
        }

        return new(
            Plan,
            [.. cells.Select((cell, index) => Stored.Read(PathOf(index), cell, Plan))],
            Stored.Read<RunScores[]>(floor, rows => rows.Length > 0 && Stored.Fit(rows, Plan), $"the scores of {Plan.Subject.Yardstick}"));
    }

    private CellResult Compute(ComparisonSubject subject, ComparisonCell cell, StrideFinder finder, CancellationToken cancellation)
    {
        Stride stride = cell.Stride.Objective is { } objective
            ? finder.Find(objective, cell.Steps, cell.Rule, cancellation: cancellation).Stride
            : cell.Stride.WithCount(cell.Steps);
        var sampler = new Sampler(finder.Schedule, stride, cell.Rule);
        var runs = new List<RunScores>();
        long calls = 0;
        for (int seed = 1; seed <= Plan.Seeds; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            (RunScores scores, calls) = subject.Run(Plan, sampler, seed);
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
                .Select(name => First(a[name], b[name], path.Length == 0 ? name : $"{path}.{name}")).FirstOrDefault(found => found is not null),
            _ => JsonNode.DeepEquals(one, two) ? null : path,
        };
    }

    private string PathOf(int index) => Path.Combine(folder, "cells", index.ToString("D5", CultureInfo.InvariantCulture) + ".json");

    private sealed record Stored(string Cell, int[] Timesteps, long Calls, RunScores[] Runs)
    {
        public static Stored Of(CellResult result) => new($"{result.Cell}", [.. result.Timesteps], result.Calls, [.. result.Runs]);

        public static CellResult Read(string path, ComparisonCell cell, ComparisonPlan plan)
        {
            Stored stored = Read<Stored>(
                path, stored => stored is { Timesteps: not null, Runs: { } runs } && stored.Cell == $"{cell}" && runs.Length == plan.Seeds && Fit(runs, plan), $"{cell}");
            return new(cell, stored.Timesteps, stored.Calls, stored.Runs);
        }

        public static bool Fit(RunScores[] runs, ComparisonPlan plan) => runs.All(run => run?.Values?.Count == plan.Subject.Scores.Count);

        public static T Read<T>(string path, Func<T, bool> fits, string what)
        {
            try
            {
                if (File.Exists(path) && JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) is { } read && fits(read))
                {
                    return read;
                }
            }
            catch (JsonException)
            {
                // Said below.
            }

            throw new InvalidInputException("out", $"{path}, which does not hold {what}", "files as a comparison writes them; delete this one to have it computed again");
        }
    }
}
