using System.CommandLine;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary>The number type that a network computes in.</summary>
internal static class PrecisionOption
{
    public static Option<string> Create() =>
        Options.WithDefault("--compute", "fastest", "What the network computes in: fastest, float32 or bfloat16.");

    public static ScalarType Read(string text) => text switch
    {
        "fastest" => Precisions.Fastest,
        "float32" => ScalarType.Float32,
        "bfloat16" => ScalarType.BFloat16,
        _ => throw new InvalidInputException("--compute", $"\"{text}\"", "fastest, float32 or bfloat16"),
    };
}
