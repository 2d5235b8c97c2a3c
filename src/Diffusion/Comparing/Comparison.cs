using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Diffusion.Files;
using Diffusion.Scores;
using static TorchSharp.torch;

namespace Diffusion.Comparing;

/// <summary>
/// A comparison in a folder: <c>plan.json</c>, and <c>cells</c> with a file for each cell that is done. A run takes up where
/// an earlier one ended, and parts that were run elsewhere can be added.
/// </summary>
public sealed class Comparison
{
    private readonly string folder;
    private readonly StrideCache? cache;
    private readonly IReadOnlyList<ComparisonCell> cells;
    private readonly ConcurrentDictionary<string, NoiseSchedule> schedules = new();

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
        else if (File.ReadAllText(path) != json)
        {
            throw new InvalidInputException("out", $"{folder}, whose plan.json is of another comparison or another build", "a folder without results, or with results of this very comparison");
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
                throw new InvalidInputException("parts", $"{parts[0]} and {part}, whose plan.json differ", "parts of one comparison by one build");
            }
        }

        var merged = Open(ComparisonPlan.Parse(first!), folder);
        for (int index = 0; index < merged.cells.Count; index++)
        {
            string name = Path.GetRelativePath(folder, merged.PathOf(index));
            if (!File.Exists(merged.PathOf(index)) && parts.Select(part => Path.Combine(part, name)).FirstOrDefault(File.Exists) is { } done)
            {
                AtomicFile.Write(merged.PathOf(index), stream => stream.Write(File.ReadAllBytes(done)));
            }
        }

        return merged;
    }

    /// <summary>Computes the cells that are not done, each on one thread.</summary>
    /// <param name="shard">Which part of the grid, from 1.</param>
    /// <param name="shards">Of how many parts.</param>
    /// <param name="threads">How many cells at once.</param>
    /// <param name="done">Told each cell when it is done, from any thread.</param>
    /// <param name="cancellation">Ends the run; cells that are done stay done.</param>
    /// <exception cref="InvalidInputException">There is no such part.</exception>
    public void Run(int shard = 1, int shards = 1, int threads = 1, Action<ComparisonCell>? done = null, CancellationToken cancellation = default)
    {
        if (shards < 1 || shard < 1 || shard > shards)
        {
            throw new InvalidInputException("shard", $"{shard}/{shards}", "i/n with i in 1..n");
        }

        var references = new ConcurrentDictionary<(string, int), Lazy<Tensor>>();
        try
        {
            int[] todo = [.. Enumerable.Range(0, cells.Count).Where(index => index % shards == shard - 1 && !File.Exists(PathOf(index)))];
            Parallel.ForEach(
                Partitioner.Create(todo, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                index =>
                {
                    using OneThread one = OneThread.Enter();
                    CellResult result = Compute(cells[index], references, cancellation);
                    AtomicFile.Write(PathOf(index), stream => JsonSerializer.Serialize(stream, Stored.Of(result)));
                    done?.Invoke(cells[index]);
                });
        }
        finally
        {
            foreach (Lazy<Tensor> reference in references.Values.Where(reference => reference.IsValueCreated))
            {
                reference.Value.Dispose();
            }
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

        return new(Plan, [.. cells.Select((cell, index) => Stored.Read(PathOf(index), cell, Plan.Seeds))], Floor());
    }

    private CellResult Compute(ComparisonCell cell, ConcurrentDictionary<(string, int), Lazy<Tensor>> references, CancellationToken cancellation)
    {
        NoiseSchedule schedule = schedules.GetOrAdd(cell.Schedule, name => NoiseSchedule.Parse(name, Plan.T));
        Stride stride = cell.Stride.Objective is { } objective
            ? new StrideFinder(schedule, Plan.Mixture, Plan.SearchSeed, cache).Find(objective, cell.Steps, cell.Rule, cancellation: cancellation).Stride
            : cell.Stride.WithCount(cell.Steps);
        var sampler = new Sampler(schedule, stride, cell.Rule);
        var denoiser = new GaussianMixtureDenoiser(Plan.Mixture);
        var runs = new List<RunScores>();
        long calls = 0;
        for (int seed = 1; seed <= Plan.Seeds; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int chosen = seed;
            Tensor full = references.GetOrAdd((cell.Schedule, seed), _ => new(() =>
                new Sampler(schedule).Run(new GaussianMixtureDenoiser(Plan.Mixture), Start(chosen)).Sample.DetachFromDisposeScope())).Value;
            SamplingResult result = sampler.Run(denoiser, Start(seed), seed + SeedStream.Noise);
            calls = result.Cost.DenoiserCalls;
            runs.Add(RunScores.Of(Plan.Mixture, result.Sample, Truth(seed), full, seed));
        }

        return new(cell, sampler.Timesteps, calls, runs);
    }

    /// <summary>True samples beside other true samples: what no sampler can be told from.</summary>
    private IReadOnlyList<RunScores> Floor() => [.. Enumerable.Range(1, Plan.Seeds).Select(seed =>
    {
        using var scope = NewDisposeScope();
        using OneThread one = OneThread.Enter();
        Tensor other = Plan.Mixture.Sample(Plan.Samples, seed + SeedStream.OtherData);
        return RunScores.Of(Plan.Mixture, other, Truth(seed), Truth(seed), seed);
    })];

    private Tensor Start(int seed) => Sampler.Start([Plan.Samples, Plan.Mixture.Dimensions], seed, ScalarType.Float64);

    private Tensor Truth(int seed) => Plan.Mixture.Sample(Plan.Samples, seed + SeedStream.Data);

    private string PathOf(int index) => Path.Combine(folder, "cells", index.ToString("D5", CultureInfo.InvariantCulture) + ".json");

    private sealed record Stored(string Cell, int[] Timesteps, long Calls, RunScores[] Runs)
    {
        public static Stored Of(CellResult result) => new($"{result.Cell}", [.. result.Timesteps], result.Calls, [.. result.Runs]);

        public static CellResult Read(string path, ComparisonCell cell, int seeds)
        {
            try
            {
                if (JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) is { Timesteps: { } timesteps, Runs: { } runs } stored
                    && stored.Cell == $"{cell}" && runs.Length == seeds)
                {
                    return new(cell, timesteps, stored.Calls, runs);
                }
            }
            catch (JsonException)
            {
                // Said below.
            }

            throw new InvalidInputException("out", $"{path}, which does not hold {cell}", "files as a comparison writes them; delete this one to have it computed again");
        }
    }
}
