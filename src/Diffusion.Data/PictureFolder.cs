using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>The reader's own pictures: the files of a folder and of the folders in it.</summary>
internal static class PictureFolder
{
    private const string Takes = "a folder of pictures: PNG, JPEG, WebP, BMP, GIF";

    // What systems leave in folders of pictures, beside hidden files.
    private static readonly string[] Companions = ["Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX", "@eaDir"];

    private static readonly EnumerationOptions Visible = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    /// <summary>Reads every picture of a folder and of the folders in it, in the order of their paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="side">The height and width to resize to, in pixels: 1 to 1024.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <returns>
    /// [N, channels, side, side] in float32, from −1 to 1, which the caller owns; the N paths within the folder; and the paths of
    /// the files that are no pictures, without hidden ones and those of the system.
    /// </returns>
    /// <exception cref="InvalidInputException">
    /// There is no such folder or no picture in it; a number is out of range; a picture is damaged or too large, and it is named; or
    /// all together take more memory than there is.
    /// </exception>
    public static (Tensor Pictures, string[] Names, string[] Skipped) Load(string folder, int side, int channels = 3)
    {
        InvalidInputException.Require(side is >= 1 and <= 1024, "side", $"{side}", "1 to 1024 pixels");
        InvalidInputException.Require(channels is 1 or 3, "channels", $"{channels}", "1 (grey) or 3 (colour)");
        InvalidInputException.Require(Directory.Exists(folder), folder, "no such folder", Takes);
        string[] files = [.. Files(folder, new(folder), []).Order(StringComparer.Ordinal)];
        ILookup<bool, string> found = files.ToLookup(PictureFile.IsPicture);
        string[] pictures = [.. found[true]], skipped = [.. found[false].Select(Name)];
        InvalidInputException.Require(pictures.Length > 0,
            folder, skipped.Length == 0 ? "no picture" : $"no picture, but {Listed(skipped)}", Takes);
        AvailableMemory.Require(
            "side", $"{pictures.Length} pictures of {channels}×{side}×{side}", sizeof(float) * (long)pictures.Length * channels * side * side);

        using var scope = NewDisposeScope();
        Tensor read = empty(pictures.Length, channels, side, side);
        for (int i = 0; i < pictures.Length; i++)
        {
            using var each = NewDisposeScope();
            read[i] = tensor(PictureFile.Read(pictures[i], side, channels), [channels, side, side]);
        }

        return (read.MoveToOuterDisposeScope(), [.. pictures.Select(Name)], skipped);

        string Name(string file) => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>The class of each picture: the folder that it lies in, below what all have in common; null where that tells nothing.</summary>
    public static string[]? ClassesByFolder(string[] names)
    {
        string[][] folders = [.. names.Select(name => name.Split('/')[..^1])];
        int level = 0;
        while (folders.All(path => path.Length > level && path[level] == folders[0][level]))
        {
            level++;
        }

        return folders.All(path => path.Length > level) ? [.. folders.Select(path => path[level])] : null;
    }

    /// <summary>The class of each picture: its file's name before the first <c>_</c>.</summary>
    /// <exception cref="InvalidInputException">A name has none.</exception>
    public static string[] ClassesByName(string[] names) => [.. names.Select(name =>
    {
        string file = name[(name.LastIndexOf('/') + 1)..];
        int end = file.IndexOf('_', StringComparison.Ordinal);
        InvalidInputException.Require(end > 0, name, "a file name without a class", "names such as dog_01.png, whose class is dog");
        return file[..end];
    })];

    /// <summary>How many there are, and the first few.</summary>
    public static string Listed(IReadOnlyList<string> files)
    {
        const int Few = 3;
        string more = files.Count > Few ? ", …" : "";
        return $"{files.Count} {(files.Count == 1 ? "file" : "files")}: {string.Join(", ", files.Take(Few))}{more}";
    }

    /// <summary>All visible files, each folder once however many links lead to it, and by its own path before any link.</summary>
    /// <param name="shown">The path by which the folder was reached.</param>
    /// <param name="folder">The same folder without the links on the way, which in a circle would grow for ever.</param>
    /// <param name="seen">The folders before.</param>
    private static IEnumerable<string> Files(string shown, DirectoryInfo folder, HashSet<string> seen)
    {
        folder = folder.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? folder;
        return !seen.Add(Path.TrimEndingDirectorySeparator(folder.FullName)) ? [] : folder.EnumerateFileSystemInfos("*", Visible)
            .Where(entry => !Companions.Contains(entry.Name, StringComparer.OrdinalIgnoreCase))
            .OrderBy(entry => entry.LinkTarget is not null).ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .SelectMany(entry =>
            {
                string path = Path.Combine(shown, entry.Name);
                return entry is DirectoryInfo inner ? Files(path, inner, seen) : [path];
            });
    }
}
