using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Diffusion.Benchmarks;

/// <summary>SIGKILL at random moments: nothing is half-written, and what goes on ends with the bytes of a whole run.</summary>
internal static class KillsBenchmark
{
    private const int Seed = 20231119;

    private static readonly string[] Training = ["train", "--data", "two-moons", "--count", "200"];

    private static readonly string[] Grid =
    [
        "compare", "--schedules", "cosine", "--strides", "trailing,quadratic,likelihood,outcome", "--rules", "ddim,ddpm", "--calls", "3,4",
        "--T", "50", "--samples", "500", "--seeds", "2", "--threads", "1", "--out", "results",
    ];

    /// <summary>Kills so many times, a quarter each of train, compare, book and lab.</summary>
    /// <returns>Whether all was as it should be.</returns>
    public static bool Run(int kills)
    {
        string root = Directory.CreateTempSubdirectory("ddm-kills-").FullName;
        try
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(root, "cache"));
            int share = (kills + 3) / 4;
            Outcome[] outcomes =
            [
                KillRuns("train", Path.Combine(root, "train"), share, Train, changes: true),
                KillRuns("compare", Path.Combine(root, "compare"), share, _ => Grid, changes: false),
                KillRuns("book", Path.Combine(root, "book"), share, Book, changes: false),
                KillLab(Path.Combine(root, "lab"), share),
            ];
            Table.Print(
                "Killed at random moments, and gone on",
                ["verb", "kills", "ended before", "temporary files left", "processes left", "faults"],
                outcomes.Select(outcome => outcome.Row));
            foreach (string fault in outcomes.SelectMany(outcome => outcome.Faults))
            {
                Console.WriteLine(fault);
            }

            return outcomes.All(outcome => outcome is { Faults.Count: 0, Orphans: 0 });
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static IEnumerable<string> Train(string folder) =>
    [
        .. Training,
        .. File.Exists(Path.Combine(folder, "state.safetensors"))
            ? new[] { "--resume" }
            : ["--base", "8", "--blocks", "1", "--batch", "8", "--steps", "400"],
        "--every", "20", "--out", "state.safetensors", "--weights", "weights.safetensors",
    ];

    private static IEnumerable<string> Book(string folder)
    {
        string notebooks = Path.Combine(Path.GetDirectoryName(folder)!, "notebooks");
        Directory.CreateDirectory(notebooks);
        foreach (string name in new[] { "a", "b" })
        {
            File.WriteAllText(Path.Combine(notebooks, name + ".ipynb"), JsonSerializer.Serialize(new
            {
                cells = new object[]
                {
                    new { cell_type = "markdown", id = "text", metadata = new { }, source = $"# Notebook {name}" },
                    new
                    {
                        cell_type = "code", id = "code", metadata = new { }, outputs = Array.Empty<object>(), execution_count = (int?)null,
                        source = "Enumerable.Range(1, 6).Aggregate(1, (a, b) => a * b)",
                    },
                },
                metadata = new { kernelspec = new { display_name = ".NET (C#)", language = "C#", name = ".net-csharp" } },
                nbformat = 4,
                nbformat_minor = 5,
            }));
        }

        return ["book", notebooks, "-o", "book"];
    }

    /// <summary>Kills a verb again and again in one folder until it has ended there, and then in a new one.</summary>
    /// <remarks>A file that is there has to be that of a whole run, but for a checkpoint, which changes until the end.</remarks>
    private static Outcome KillRuns(string verb, string root, int kills, Func<string, IEnumerable<string>> line, bool changes)
    {
        var outcome = new Outcome(verb);
        var random = new Random(Seed);
        string expected = Path.Combine(root, "whole");
        Directory.CreateDirectory(expected);
        var clock = Stopwatch.StartNew();
        Ddm.Run(expected, line(expected));
        TimeSpan length = clock.Elapsed;
        for (int round = 0; outcome.Kills < kills; round++)
        {
            string folder = Path.Combine(root, $"{round}");
            Directory.CreateDirectory(folder);

            // The comparison's searches are kept beside it; a new round begins without them.
            Forget();
            for (bool ended = false; !ended && outcome.Kills < kills;)
            {
                using Ddm run = Ddm.Start(folder, line(folder));
                ended = run.End(length * random.NextDouble());
                if (ended)
                {
                    outcome.Ended++;
                    outcome.Require(run.ExitCode == 0, $"{verb}: exit code {run.ExitCode}: {string.Join(" | ", run.Lines)}");
                    break;
                }

                outcome.Orphans += run.Kill().Length;
                outcome.Kills++;
                outcome.Temporary = Math.Max(outcome.Temporary, Files(folder, temporary: true).Length);
                foreach (string name in Files(folder, temporary: false))
                {
                    string fault = changes ? Unreadable(Path.Combine(folder, name)) : Difference(expected, folder, name);
                    outcome.Require(fault.Length == 0, $"{verb}, after kill {outcome.Kills}: {fault}");
                }
            }

            // What was killed longer ago than a minute leaves nothing.
            foreach (string name in Files(folder, temporary: true))
            {
                File.SetLastWriteTimeUtc(Path.Combine(folder, name), DateTime.UtcNow.AddMinutes(-5));
            }

            Ddm.Run(folder, line(folder));
            string[] left = Files(folder, temporary: true);
            outcome.Require(left.Length == 0 || verb == "train", $"{verb}: left {string.Join(", ", left)}");
            outcome.Require(
                Files(folder, temporary: false).SequenceEqual(Files(expected, temporary: false)),
                $"{verb}: has {string.Join(", ", Files(folder, temporary: false))}");
            foreach (string name in Files(folder, temporary: false))
            {
                string fault = Difference(expected, folder, name);
                outcome.Require(fault.Length == 0, $"{verb}, gone on: {fault}");
            }
        }

        return outcome;
    }

    /// <summary>Kills the laboratory while it answers; another one has to give the same answer.</summary>
    private static Outcome KillLab(string folder, int kills)
    {
        const string Question = "api/answer?data=three-modes&stride=trailing200&rule=ddpm&count=5000&seed=3";
        const string Search = "api/stride?k=8&objective=outcome";
        var outcome = new Outcome("lab");
        var random = new Random(Seed);
        Directory.CreateDirectory(folder);
        using var client = new HttpClient();
        string expected = "";
        for (bool first = true; outcome.Kills < kills; first = false)
        {
            using Ddm lab = Ddm.Start(folder, "lab", "--no-browser", "--port", "0");
            string address = lab.Address();
            string samples = Samples(client.GetStringAsync(address + Question).GetAwaiter().GetResult());
            expected = first ? samples : expected;
            outcome.Require(samples.Length > 1000 && samples == expected,
                $"lab, after kill {outcome.Kills}: another answer: {samples[..Math.Min(200, samples.Length)]}");
            Task<string> answer = client.GetStringAsync(address + Question), search = client.GetStringAsync(address + Search);
            Thread.Sleep(random.Next(500));
            outcome.Orphans += lab.Kill().Length;
            outcome.Kills++;
            outcome.Ended += answer.IsCompletedSuccessfully ? 1 : 0;
            Task.WhenAll(answer, search).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            string[] written = Files(folder, temporary: false);
            outcome.Require(written.Length == 0, $"lab: wrote {string.Join(", ", written)}");
        }

        return outcome;

        // Beside the samples stands how long they took.
        static string Samples(string events)
        {
            string? told = events.Split("\n\n").LastOrDefault(told => told.StartsWith("event: samples", StringComparison.Ordinal));
            if (told is null)
            {
                return events;
            }

            using var json = JsonDocument.Parse(told[(told.IndexOf("data: ", StringComparison.Ordinal) + 6)..]);
            return json.RootElement.GetProperty("answer").GetProperty("samples").GetString()!;
        }
    }

    private static void Forget()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME")!;
        if (Directory.Exists(cache))
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static string[] Files(string folder, bool temporary) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true })
            .Where(path => (Path.GetFileName(path) is ['.', .., '.', 't', 'm', 'p']) == temporary)
            .Select(path => Path.GetRelativePath(folder, path))
            .Order(StringComparer.Ordinal),
    ];

    private static string Difference(string expected, string folder, string name)
    {
        string whole = Path.Combine(expected, name);
        return !File.Exists(whole) ? $"{name} is none of a whole run's files"
            : File.ReadAllBytes(whole).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, name))) ? ""
            : $"{name} has other bytes than a whole run's";
    }

    private static string Unreadable(string checkpoint)
    {
        try
        {
            DenoisingNetwork.Load(checkpoint).Dispose();
            return "";
        }
        catch (InvalidInputException refused)
        {
            return refused.Message;
        }
    }

    private sealed class Outcome(string verb)
    {
        public int Kills { get; set; }

        public int Ended { get; set; }

        public int Temporary { get; set; }

        public int Orphans { get; set; }

        public List<string> Faults { get; } = [];

        public string[] Row => [verb, $"{Kills}", $"{Ended}", $"{Temporary}", $"{Orphans}", $"{Faults.Count}"];

        public void Require(bool holds, string fault)
        {
            if (!holds)
            {
                Faults.Add(fault);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FAULT {fault}"));
            }
        }
    }
}
