using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>The number types that a network can be computed in.</summary>
public static class Precisions
{
    /// <summary>
    /// Bfloat16 where the processor multiplies it in hardware (AVX512_BF16 or AMX), which is about twice as fast, and
    /// float32 elsewhere.
    /// </summary>
    public static ScalarType Fastest { get; } = MultipliesBFloat16() ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Asks the processor (Intel SDM vol. 2A, CPUID leaf 7).</summary>
    private static bool MultipliesBFloat16()
    {
        const int Avx512Bf16 = 1 << 5, AmxBf16 = 1 << 22;
        if (!Avx512BW.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return false;
        }

        var (subleaves, _, _, features) = X86Base.CpuId(7, 0);
        return (features & AmxBf16) != 0 || (subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & Avx512Bf16) != 0);
    }
}
