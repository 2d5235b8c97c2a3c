using System.Text;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Cli;

/// <summary>Refuses an output that cannot be written, before the work that would be lost.</summary>
internal static class Output
{
    private const int MaxNameBytes = 255;

    /// <summary>Refuses a file that cannot be written; nothing is left behind.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file; null where none was asked for.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void RequireFile(string option, string? path)
    {
        if (path is null)
        {
            return;
        }

        Require(!Directory.Exists(path) && !Path.EndsInDirectorySeparator(path), option, $"{path}, a folder", "a file to write");
        int bytes = Encoding.UTF8.GetByteCount(Path.GetFileName(path));
        Require(bytes <= MaxNameBytes, option, $"a name of {bytes} bytes", $"a name of at most {MaxNameBytes} bytes");
        if (!AtomicFile.IsDevice(Path.GetFullPath(path)) || !File.Exists(path))
        {
            RequireFolder(option, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>The path, or the nearest above it that exists.</summary>
    public static string Existing(string path)
    {
        path = Path.GetFullPath(path);
        while (!Path.Exists(path))
        {
            path = Path.GetDirectoryName(path)!;
        }

        return path;
    }

    /// <summary>Refuses a folder that cannot be written, or made; nothing is left behind.</summary>
    /// <param name="option">The option that names it, or a file in it.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void RequireFolder(string option, string folder)
    {
        string there = Existing(folder);
        Require(Directory.Exists(there), option, $"{there}, which is no folder", "a place in a folder");
        try
        {
            using FileStream probe = new(
                Path.Combine(there, $".ddm-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(option, $"{folder}, where nothing can be written", "a folder that can be written");
        }
    }
}
