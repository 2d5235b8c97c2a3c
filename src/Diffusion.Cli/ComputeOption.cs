using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary>The number type that a network computes in.</summary>
internal static class ComputeOption
{
    public static ScalarType Read(string text) => text switch
    {
        "fastest" => ComputeType.Fastest,
        "float32" => ScalarType.Float32,
        "bfloat16" => ScalarType.BFloat16,
        _ => throw new InvalidInputException("--compute", $"\"{text}\"", "fastest, float32 or bfloat16"),
    };
}
