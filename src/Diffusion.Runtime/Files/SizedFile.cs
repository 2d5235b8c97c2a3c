namespace Diffusion.Runtime;

/// <summary>Files whose length is known before they are read, and held against what they claim to hold.</summary>
internal static class SizedFile
{
    /// <summary>Opens a file to be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="takes">What it should be.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is a pipe, which has no length.</exception>
    public static FileStream Open(string path, string takes)
    {
        InvalidInputException.Require(File.Exists(path), path, "no such file", takes);
        FileStream file = File.OpenRead(path);
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new InvalidInputException(path, "a pipe, whose length nobody knows", takes);
        }

        return file;
    }
}
