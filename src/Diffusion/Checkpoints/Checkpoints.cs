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
        if (!Names.Contains(name))
        {
            return File.Exists(name)
                ? DenoisingNetwork.Load(name)
                : throw new InvalidInputException("checkpoint", $"\"{name}\"", $"{string.Join(", ", Names)}, or a .safetensors file that exists");
        }

        string beside = Path.Combine(Path.GetDirectoryName(typeof(Checkpoints).Assembly.Location)!, "checkpoints", name + ".safetensors");
        return DenoisingNetwork.Load(beside);
    }
}
