using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Diffusion.Notebooks;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm doctor</c>: what this machine has of what the kit needs, and what to do about the rest.</summary>
internal static class DoctorCommand
{
    private const string Download = "get it from https://dotnet.microsoft.com/download";

    // What the first build and the tests download and unpack.
    private const long NeededBytes = 4L << 30;

    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    public static Command Create()
    {
        var command = new Command(
            "doctor", "Says what is missing on this machine and what to do about it. The exit code is 1 where sampling or notebooks need it.");
        command.SetAction(_ =>
        {
            bool well = true;
            foreach (var (name, needed, check) in Checks())
            {
                // Any failure of a check is what it reports.
                var (found, advice) = Result(check);
                well &= advice is null || !needed;
                Console.WriteLine($"{(advice is null ? "ok     " : needed ? "MISSING" : "missing")} {name}: {found}"
                    + (advice is null ? "" : $"; {advice}"));
            }

            return well ? 0 : 1;
        });
        return command;
    }

    /// <summary>Each with what it found and, where that is not enough, what to do.</summary>
    private static IEnumerable<(string Name, bool Needed, Func<(string Found, string? Advice)> Check)> Checks() =>
    [
        (".NET SDK", true, () => Listed("--list-sdks", "10.", $"notebooks that use packages, and builds, need .NET 10's: {Download}")),
        ("libtorch", true, () => (Sum(), null)),
        ("SkiaSharp", true, () => (Png(), null)),
        ("kit for notebooks", false, Kit),
        ("free disk", true, Disk),
        ("ASP.NET Core runtime", false, () => Listed("--list-runtimes", "Microsoft.AspNetCore.App 10.", $"`ddm lab` needs it: {Download}")),
        ("notebook tool", false, Tool),
        ("browser", false, Browser),
    ];

    private static (string Found, string? Advice) Result(Func<(string, string?)> check)
    {
        try
        {
            return check();
        }
        catch (Exception failure)
        {
            Exception cause = failure is TypeInitializationException { InnerException: { } inner } ? inner : failure;
            return ("does not work", cause.Message.ReplaceLineEndings(" "));
        }
    }

    private static (string Found, string? Advice) Listed(string list, string start, string advice)
    {
        try
        {
            using Process dotnet = Process.Start(new ProcessStartInfo("dotnet", list) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string[] lines = dotnet.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string[] fitting = [.. lines.Where(line => line.StartsWith(start, StringComparison.Ordinal))];
            return fitting.Length > 0 ? (fitting[^1], null) : ($"none of version 10 among {lines.Length} installed", advice);
        }
        catch (Win32Exception)
        {
            return ("no command dotnet", $"{advice}, and put it on the path");
        }
    }

    private static string Sum()
    {
        using Tensor two = ones(2), sum = two.sum();
        return sum.item<float>() == 2 ? $"computes, on {get_num_threads()} threads" : throw new InvalidDataException($"1 + 1 is {sum.item<float>()}");
    }

    private static string Png()
    {
        using Tensor picture = zeros(1, 1, 2, 2);
        return $"writes pictures, {new RgbaPictures(picture).Single(0, scale: 1).Length} bytes of PNG";
    }

    private static (string Found, string? Advice) Kit()
    {
        string kit = Path.Combine(NotebookFiles.Home(), "artifacts", "kit", "Diffusion.dll");
        return File.Exists(kit)
            ? (kit, null)
            : ($"no {kit}", "in the repository, `dotnet run -c Release --project src/Diffusion.Cli` lays it out for the notebooks");
    }

    private static (string Found, string? Advice) Disk()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        long free = new[] { packages, Environment.CurrentDirectory }.Min(folder => new DriveInfo(Output.Existing(folder)).AvailableFreeSpace);
        string found = FormattableString.Invariant($"{free / (double)(1 << 30):0.0} GiB for packages and results");
        return (found, free >= NeededBytes ? null : $"the first build and the tests take {NeededBytes >> 30} GiB; free some");
    }

    private static (string Found, string? Advice) Tool()
    {
        try
        {
            InteractiveTool.Find();
            return ($"{InteractiveTool.Name} starts", null);
        }
        catch (FileNotFoundException)
        {
            return ($"no {InteractiveTool.Name}", "for `ddm run --engine dotnet-interactive`, `dotnet tool restore` in the repository fetches it");
        }
    }

    private static (string Found, string? Advice) Browser()
    {
        string? browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Browsers.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return browser is not null ? (browser, null) : ("no Chromium on the path", "only tests open one, of the book and of the laboratory; without it they are skipped");
    }
}
