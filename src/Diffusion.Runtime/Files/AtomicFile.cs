namespace Diffusion.Runtime;

/// <summary>Writes files that are either whole or not there at all.</summary>
internal static class AtomicFile
{
    /// <summary>Has a file written beside <paramref name="path"/>, and moves it into place once it is whole.</summary>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <param name="write">Writes what the file will hold.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);

        // The same folder, for a move is only atomic within one file system.
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                write(stream);

                // Otherwise a power cut may leave the new name with the old file's absence: whole names, empty contents.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
