namespace Diffusion.Runtime;

/// <summary>Writes files that are either whole or not there at all.</summary>
internal static class AtomicFile
{
    private const string TemporaryPrefix = ".ddm-", TemporarySuffix = ".tmp";

    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    // A name that begins with a dot is hidden.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0 };

    /// <summary>Has a file written beside <paramref name="path"/>, and moves it into place once it is whole.</summary>
    /// <remarks>A link stays one, and what it leads to is written; a file keeps its mode; a device or a pipe takes the bytes.</remarks>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <param name="write">Writes what the file will hold.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);
        if (OpenUnlessOrdinary(path) is { } taker)
        {
            using (taker)
            {
                write(taker);
            }

            return;
        }

        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        RemoveAbandoned(folder);

        // The same folder, for a move is only atomic within one file system.
        string temporary = Path.Combine(folder, $"{TemporaryPrefix}{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            // Sharing its removal lets it be moved while it is open, and as long as it is open it is not abandoned.
            using FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(stream);

            // Otherwise a power cut may leave the new name with the old file's absence: whole names, empty contents.
            stream.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Whether a full path is a device or a process's stream, such as /dev/stdout.</summary>
    public static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    // A pipe has no length, and cannot be told from an empty file before it is open.
    private static FileStream? OpenUnlessOrdinary(string path)
    {
        bool device = IsDevice(path);
        if (!device && (OperatingSystem.IsWindows() || !File.Exists(path) || new FileInfo(path).Length > 0))
        {
            return null;
        }

        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (device || !stream.CanSeek)
            {
                return stream;
            }

            stream.Dispose();
        }
        catch (UnauthorizedAccessException) when (!device)
        {
            // An empty file that may not be changed, but may be replaced.
        }

        return null;
    }

    /// <summary>Removes what processes that were killed more than a minute ago have left; a write does so in its folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    public static void RemoveAbandoned(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder, $"{TemporaryPrefix}*{TemporarySuffix}", Everything))
        {
            try
            {
                // Between the making of a file and its lock there is a moment.
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < Settled)
                {
                    continue;
                }

                // A process that still writes it holds a lock.
                using FileStream abandoned = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another's, or moved into place in this moment.
            }
        }
    }
}
