namespace Diffusion.Notebooks;

/// <summary>What is known of a file without opening it: a pipe opens when its writer comes, and a device has no end.</summary>
internal static class RegularFile
{
    /// <summary>The bytes that a file holds, or that the file does to which it is a link.</summary>
    /// <returns>0 for a pipe, for a device, and for what is not there.</returns>
    public static long Length(string path)
    {
        try
        {
            return (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is FileInfo { Exists: true } file
                ? file.Length
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // Links in a circle, or a folder that may not be read.
        }
    }
}
