using System.Diagnostics;

namespace Diffusion.Cli.Tests;

/// <summary>Runs the command line as a user does: a process of its own.</summary>
internal static class Ddm
{
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunAsync(Environment.CurrentDirectory, arguments);

    /// <summary>The same in a folder, to which paths are relative.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, string[] arguments)
    {
        using Process process = Start(folder, arguments);
        return await process.EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(this Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] arguments) => Start(Environment.CurrentDirectory, arguments);

    public static Process Start(string folder, string[] arguments) =>
        Interruptible.Start(folder, "dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), .. arguments]);

    /// <summary>A line of options of which one is given another value.</summary>
    public static string[] With(this IReadOnlyDictionary<string, string> options, string option)
    {
        string[] given = option.Split(' ');
        var line = new Dictionary<string, string>(options) { [given[0]] = given[1] };
        return [.. line.SelectMany(pair => new[] { pair.Key, pair.Value })];
    }

    /// <summary>Asserts that the input was refused: exit code 2, nothing on standard output, one line with all of these words.</summary>
    public static void AssertRefused((int ExitCode, string Output, string Error) run, params string[] words)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("ddm: ", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }
}
