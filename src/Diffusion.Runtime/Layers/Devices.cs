using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>Where a network can be computed.</summary>
public static class Devices
{
    /// <summary>
    /// CUDA where the libtorch in use has it and a GPU is there, MPS on a Mac whose libtorch has it, and the processor elsewhere.
    /// TorchSharp-cpu, which the kit comes with, has no CUDA: a project of your own takes TorchSharp-cuda-linux or
    /// TorchSharp-cuda-windows in its place.
    /// </summary>
    public static Device Fastest { get; } = cuda.is_available() ? new(DeviceType.CUDA) : mps_is_available() ? new(DeviceType.MPS) : CPU;
}
