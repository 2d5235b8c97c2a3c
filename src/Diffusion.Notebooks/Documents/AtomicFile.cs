using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Writes files that are either whole or not there at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="text"/> as UTF-8 beside <paramref name="path"/> and moves it into place.</summary>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <param name="text">What the file will hold.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void WriteAllText(string path, string text) => Write(
        path, temporary => File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));

    /// <summary>Copies <paramref name="source"/> beside <paramref name="path"/> and moves it into place.</summary>
    /// <param name="source">The file to copy.</param>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <exception cref="IOException">The source cannot be read or the folder not be written.</exception>
    public static void Copy(string source, string path) => Write(path, temporary => File.Copy(source, temporary));

    private static void Write(string path, Action<string> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        // The same folder, for a move is only atomic within one file system.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
