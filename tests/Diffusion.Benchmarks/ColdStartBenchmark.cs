using System.Diagnostics;

namespace Diffusion.Benchmarks;

/// <summary>From starting the program to the first picture: what a reader waits for.</summary>
internal static class ColdStartBenchmark
{
    public static void Run()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ddm.dll"), folder = Directory.CreateTempSubdirectory("ddm-benchmark").FullName;
        try
        {
            string picture = Path.Combine(folder, "digits.png");
            string[][] contestants =
            [
                ["schedule", "--schedule", "cosine", "--T", "10"],
                ["sample", "digits", "--count", "1", "--calls", "1", "--out", picture],
                ["sample", "digits", "--count", "16", "--calls", "20", "--out", picture],
            ];
            Interleaved times = Interleaved.Measure(TimeSpan.FromSeconds(20), [.. contestants.Select(arguments => (Action)(() => Start(program, arguments)))]);
            Table.Print($"A process from start to end ({times.Rounds} rounds)", ["ddm", "s", "ratio to the first"], contestants.Select((arguments, i) => new[]
            {
                string.Join(' ', arguments.TakeWhile(argument => argument != "--out")), $"{times.Seconds(i):F2}", i == 0 ? "" : $"{times.Ratio(i, 0):F1}",
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Start(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ddm {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }
}
