using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Writes files that are either whole or not there at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="text"/> as UTF-8 beside <paramref name="path"/> and moves it into place.</summary>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <param name="text">What the file will hold.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void WriteAllText(string path, string text) =>
        Runtime.AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Copies <paramref name="source"/> beside <paramref name="path"/> and moves it into place.</summary>
    /// <param name="source">The file to copy.</param>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <exception cref="IOException">The source cannot be read or the folder not be written.</exception>
    public static void Copy(string source, string path) => Runtime.AtomicFile.Write(path, stream =>
    {
        using var from = File.OpenRead(source);
        from.CopyTo(stream);
    });
}
