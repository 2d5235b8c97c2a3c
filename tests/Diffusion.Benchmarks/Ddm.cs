using System.Diagnostics;
using Diffusion.Tests;

namespace Diffusion.Benchmarks;

/// <summary>The command line as a process of its own, whose lines are collected.</summary>
internal sealed class Ddm : IDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];

    private Ddm(Process process)
    {
        this.process = process;
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The exit code of a process that has ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it has printed so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Starts a verb in a folder.</summary>
    public static Ddm Start(string folder, params IEnumerable<string> line) =>
        new(Interruptible.Start(folder, "dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), .. line]));

    /// <summary>Runs a verb to its end.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    public static void Run(string folder, params IEnumerable<string> line)
    {
        using Ddm run = Start(folder, line);
        run.End(Timeout.InfiniteTimeSpan);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', line)}: exit code {run.ExitCode}: {string.Join('\n', run.Lines)}");
        }
    }

    /// <summary>The laboratory's address, once it serves; empty where it ends before.</summary>
    public string Address()
    {
        while (true)
        {
            bool last = HasEnded;
            string? address = Lines.SelectMany(line => line.Split(' '))
                .FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal));
            if (address is not null || last)
            {
                return address ?? "";
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Whether it ended in this time.</returns>
    public bool End(TimeSpan most)
    {
        if (!process.WaitForExit(most))
        {
            return false;
        }

        // And for its last lines.
        process.WaitForExit();
        return true;
    }

    /// <summary>Ctrl+C.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL, for this process alone.</summary>
    /// <returns>The processes that it had started and that still run some seconds later.</returns>
    public int[] Kill()
    {
        int[] children = Children();
        process.Kill(entireProcessTree: false);
        process.WaitForExit();
        var clock = Stopwatch.StartNew();
        while (Array.Exists(children, IsRunning) && clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            Thread.Sleep(50);
        }

        int[] left = Array.FindAll(children, IsRunning);
        foreach (int child in left)
        {
            using var orphan = Process.GetProcessById(child);
            orphan.Kill();
        }

        return left;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static bool IsRunning(int id)
    {
        string stat = $"/proc/{id}/stat";
        try
        {
            return File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private int[] Children()
    {
        string children = $"/proc/{process.Id}/task/{process.Id}/children";
        return File.Exists(children)
            ? [.. Directory.GetDirectories($"/proc/{process.Id}/task").SelectMany(thread =>
                File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)]
            : [];
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (lines)
            {
                lines.Add(line.Data);
            }
        }
    }
}
