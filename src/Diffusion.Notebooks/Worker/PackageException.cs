namespace Diffusion.Notebooks;

/// <summary>Packages that cannot be had. The message is one line.</summary>
internal sealed class PackageException(string message) : Exception(message);
