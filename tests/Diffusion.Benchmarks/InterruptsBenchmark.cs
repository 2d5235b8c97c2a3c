using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Diffusion.Benchmarks;

/// <summary>How long after Ctrl+C each verb ends, at several moments of its work.</summary>
internal static class InterruptsBenchmark
{
    // Before the last moment no line here has ended, on two processors.
    private static readonly double[] Moments = [0.5, 1.5, 3, 5];

    private static readonly (string Name, string Line)[] Verbs =
    [
        ("train, flowers are painted first", "train --data flowers --out flowers.state"),
        ("train, digits", "train --data digits --out digits.state"),
        ("train, large batches", "train --data digits --batch 1024 --out large.state"),
        ("train, previews", "train --data digits --every 2 --preview preview.png --out preview.state"),
        ("compare, mixture", "compare --out compare"),
        ("compare, network", "compare --network digits --data digits --calls 50 --strides uniform,trajectory --out compare-network"),
        ("evaluate", "evaluate digits --data digits --sets 20"),
        ("sample", "sample flowers --count 1024 --calls 50 --out samples.png"),
        ("stride, outcome", "stride --optimize outcome --K 20,30,40,50 --T 1000"),
        ("stride, network", "stride --optimize trajectory --network digits --data digits"),
        ("trace", "trace --input trace.json --output out.json"),
        ("data", "data flowers --count 500000 --preview flowers.png"),
        ("book", "book notebooks -o book"),
        ("run", "run notebooks/busy.ipynb -o out.ipynb"),
        ("lab", "lab --no-browser --port 0"),
    ];

    public static void Run()
    {
        string root = Directory.CreateTempSubdirectory("ddm-interrupts-").FullName;
        try
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(root, "cache"));
            WriteInputs(root);
            var rows = new List<string[]>();
            foreach (var (name, line) in Verbs)
            {
                string[] cells = [.. Moments.Select(moment => Interrupted(root, line.Split(' '), TimeSpan.FromSeconds(moment)))];
                rows.Add([name, .. cells]);
                Console.WriteLine($"{name}: {string.Join("; ", cells)}");
            }

            Table.Print(
                $"From Ctrl+C to the end, s, with the exit code; by seconds of work before it; {Environment.ProcessorCount} processors",
                ["verb", .. Moments.Select(moment => string.Create(CultureInfo.InvariantCulture, $"{moment} s"))], rows);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Interrupted(string root, string[] line, TimeSpan moment)
    {
        foreach (string state in Directory.EnumerateFiles(root, "*.state"))
        {
            File.Delete(state);
        }

        using Ddm run = Ddm.Start(root, line);
        Task? asked = null;
        if (line[0] == "lab")
        {
            asked = Task.Run(() => Ask(run));
        }

        if (run.End(moment))
        {
            return $"ended before ({run.ExitCode})";
        }

        long began = Stopwatch.GetTimestamp();
        run.Interrupt();
        bool ended = run.End(TimeSpan.FromSeconds(60));
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        asked?.Wait();
        return ended ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} ({run.ExitCode})") : "60 s and no end";
    }

    /// <summary>Keeps the laboratory at work.</summary>
    private static void Ask(Ddm lab)
    {
        using var client = new HttpClient();
        string address = lab.Address();
        try
        {
            while (!lab.HasEnded)
            {
                Task.WaitAll(
                    client.GetStringAsync(address + "api/answer?data=flowers&schedule=cosine&stride=trailing50&count=64"),
                    client.GetStringAsync(address + "api/stride?data=digits&schedule=cosine&objective=outcome&k=10"));
            }
        }
        catch (Exception end) when (end is AggregateException or InvalidOperationException)
        {
            // It has ended, perhaps before it had an address.
        }
    }

    private static void WriteInputs(string root)
    {
        string notebooks = Path.Combine(root, "notebooks");
        Directory.CreateDirectory(notebooks);
        File.WriteAllText(Path.Combine(notebooks, "busy.ipynb"), JsonSerializer.Serialize(new
        {
            cells = new object[]
            {
                new
                {
                    cell_type = "code", id = "code", metadata = new { }, source = "while (true) { }",
                    outputs = Array.Empty<object>(), execution_count = (int?)null,
                },
            },
            metadata = new { kernelspec = new { display_name = ".NET (C#)", language = "C#", name = ".net-csharp" } },
            nbformat = 4,
            nbformat_minor = 5,
        }));
        File.WriteAllText(Path.Combine(root, "trace.json"), JsonSerializer.Serialize(new
        {
            schedule = "cosine",
            T = 5000,
            method = "ddpm",
            mixture = new { weights = new[] { 1, 1 }, means = new[] { new[] { 0, 1 }, [1, 0] }, stds = new[] { 0.1, 0.2 } },
            start = Enumerable.Range(0, 300).Select(i => new[] { i / 100.0, 1 }),
        }));
    }
}
