using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>What a safetensors file holds. Its tensors belong to it.</summary>
public sealed class SafetensorsFile : IDisposable
{
    internal SafetensorsFile(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> unread, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Unread = unread;
        Metadata = metadata;
    }

    /// <summary>The tensors by name, on the processor. They belong to this object and to no dispose scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>The tensors that were left out, and their types, for which libtorch has none.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; }

    /// <summary>The texts of <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
