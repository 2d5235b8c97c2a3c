using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>Reads a safetensors file that describes a network, and refuses in one line what does not fit it.</summary>
/// <param name="path">The file's name, for messages.</param>
/// <param name="file">What it holds.</param>
internal readonly struct ParameterFile(string path, SafetensorsFile file)
{
    /// <summary>The number of elements in all of its tensors.</summary>
    public long ElementCount => file.Tensors.Values.Sum(tensor => tensor.numel());

    /// <summary>How a message calls an entry of the metadata.</summary>
    public string Field(string key) => $"{path}, metadata \"{key}\"";

    /// <summary>An entry of the metadata.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public string Text(string key) => file.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new InvalidInputException(Field(key), "nothing", "a file that this library wrote");

    /// <summary>Copies the tensor of a name into one of the same shape, whatever real type the file has.</summary>
    /// <exception cref="InvalidInputException">There is none, or it has another shape or an element that is not finite.</exception>
    public void CopyTo(Tensor target, string name)
    {
        string field = $"{path}, tensor \"{name}\"", takes = $"shape {TensorShapes.Text(target)}";
        Tensor? values = file.Tensors.GetValueOrDefault(name);
        InvalidInputException.Require(
            values is not null, field, file.Unread.TryGetValue(name, out string? type) ? $"numbers of type {type}" : "nothing", takes);
        InvalidInputException.Require(values.shape.SequenceEqual(target.shape) && values.is_floating_point(),
            field, $"{values.dtype} of shape {TensorShapes.Text(values)}", $"real numbers of {takes}");
        using Tensor finite = values.isfinite(), all = finite.all();
        InvalidInputException.Require(all.item<bool>(), field, "NaN or an infinity", "finite numbers");
        using var noGradient = no_grad();
        target.copy_(values);
    }

    /// <summary>Copies a network's parameters from the tensors of their names.</summary>
    /// <param name="network">The network.</param>
    /// <param name="prefix">What the names in the file begin with.</param>
    /// <exception cref="InvalidInputException">A tensor does not fit.</exception>
    public void CopyTo(nn.Module network, string prefix)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            CopyTo(parameter, prefix + name);
        }
    }
}
