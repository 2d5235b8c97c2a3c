namespace Diffusion;

/// <summary>The networks that ship with the kit.</summary>
public static class Checkpoints
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["digits", "flowers"];

    /// <summary>Loads a network that ships, or one from a file.</summary>
    /// <param name="name">One of <see cref="Names"/>, or the path of a .safetensors file.</param>
    /// <exception cref="InvalidInputException">There is no such network, or the file holds none.</exception>
    public static DenoisingNetwork Load(string name)
    {
        string folder = Path.GetDirectoryName(typeof(Checkpoints).Assembly.Location)!;
        string path = Names.Contains(name) ? Path.Combine(folder, "checkpoints", $"{name}.safetensors") : name;
        InvalidInputException.Require(
            File.Exists(path), "checkpoint", $"\"{name}\"", $"{string.Join(", ", Names)}, or a .safetensors file that exists");
        return DenoisingNetwork.Load(path);
    }
}
