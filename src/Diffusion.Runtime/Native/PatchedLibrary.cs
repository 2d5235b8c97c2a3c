using System.Security.Cryptography;

namespace Diffusion.Runtime;

/// <summary>Keeps the edited copy of a native library in the user's cache folder.</summary>
internal static class PatchedLibrary
{
    /// <summary>
    /// The user's own cache folder: <c>$XDG_CACHE_HOME</c>, or else the platform's folder for local application data.
    /// </summary>
    internal static string DefaultFolder => CacheFolder.Of("native");

    /// <summary>Returns the path of the edited copy of <paramref name="source"/>, writing it first if need be.</summary>
    /// <param name="source">The library as published.</param>
    /// <param name="folder">The cache; each source has a folder of its own in it, named by its SHA-256.</param>
    /// <exception cref="InvalidDataException">The edits do not suit the file.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The copy may not be written.</exception>
    internal static string Prepare(string source, string folder)
    {
        var published = File.ReadAllBytes(source);
        var patched = ElfPatch.Apply(published, source);

        var home = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(published)));
        // Not the published name: whoever finds the file should see that it is not the original.
        var path = Path.Combine(home, "libLibTorchSharp.patched.so");
        // Comparing costs milliseconds and spares any doubt about what an earlier run left there.
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(patched))
        {
            return path;
        }

        Directory.CreateDirectory(home);
        // Written aside and moved: a second process sees either no file or a whole one.
        var aside = Path.Combine(home, Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(aside, patched);
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }

        return path;
    }
}
