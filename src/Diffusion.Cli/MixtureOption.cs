using System.CommandLine;
using Diffusion.Tracing;

namespace Diffusion.Cli;

/// <summary>The Gaussian mixture that a verb works on.</summary>
internal static class MixtureOption
{
    public static Option<string?> Create() => new("--mixture")
    {
        Description = "A JSON file with weights, means and stds; three modes in the plane when absent.",
    };

    public static GaussianMixture Read(string? path) => path switch
    {
        null => GaussianMixture.ThreeModes,
        _ when File.Exists(path) => MixtureJson.Parse(File.ReadAllText(path)),
        _ => throw new InvalidInputException("--mixture", path, "a file that exists"),
    };
}
