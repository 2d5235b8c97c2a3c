using System.Diagnostics;

namespace Diffusion.Cli.Tests;

/// <summary>What tells of this machine, and what its shell takes.</summary>
public class MachineVerbTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "ddm.dll");

    [Fact]
    public async Task Doctor_finds_what_these_tests_run_on()
    {
        var run = await Ddm.RunAsync("doctor");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("ok      .NET SDK: 10.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok      libtorch: computes", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok      SkiaSharp: writes pictures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_says_what_is_missing_and_what_to_do()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "doctor"])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = "";
        start.Environment["NUGET_PACKAGES"] = "/proc/self";
        using Process doctor = Process.Start(start)!;
        string output = await doctor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await doctor.WaitForExitAsync(TestContext.Current.CancellationToken);

        // A file system that holds nothing, where there is one.
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(1, doctor.ExitCode);
            Assert.Contains("MISSING free disk: 0.0 GiB for packages and results; ", output, StringComparison.Ordinal);
        }

        Assert.Contains("missing kit for notebooks: no ", output, StringComparison.Ordinal);
        Assert.Contains("missing browser: no Chromium on the path; ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ddm tra", "trace train")]
    [InlineData("ddm train --war", "--warm-up")]
    [InlineData("ddm completion z", "zsh")]
    [InlineData("ddm export --engine v", "verso")]
    public async Task Bash_completes_with_what_completion_prints(string typed, string candidates)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string[] words = typed.Split(' ');
        string script = $$"""
            ddm() { dotnet '{{Program}}' "$@"; }
            eval "$(ddm completion bash)"
            COMP_LINE='{{typed}}' COMP_POINT={{typed.Length}} COMP_WORDS=({{typed}}) COMP_CWORD={{words.Length - 1}}
            _ddm_complete
            echo "${COMPREPLY[*]}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        string output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(candidates, output.Trim());
    }

    [Fact]
    public async Task Every_shell_has_its_script_and_others_are_refused()
    {
        foreach (string shell in new[] { "bash", "zsh", "pwsh" })
        {
            var run = await Ddm.RunAsync("completion", shell);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains("[suggest:$", run.Output, StringComparison.Ordinal);
        }

        Ddm.AssertRefused(await Ddm.RunAsync("completion", "fish"), "shell", "fish", "bash, zsh, pwsh");
    }
}
