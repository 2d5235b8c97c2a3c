using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Pictures side by side in one PNG.</summary>
public static class PictureGrid
{
    /// <summary>Writes pictures row by row, one white pixel apart, every pixel enlarged to a square of sharp edges.</summary>
    /// <param name="path">The PNG file, whole or not there at all; its folder is created if need be.</param>
    /// <param name="pictures">[N, 1 or 3, H, W] from −1 to 1; what lies outside is clipped.</param>
    /// <param name="columns">How many pictures a row has.</param>
    /// <param name="scale">The side of a pixel in the file, in pixels.</param>
    /// <exception cref="InvalidInputException">The shape is another, a number is below one, or the grid is too large.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Tensor pictures, int columns, int scale = 1)
    {
        byte[] png = new RgbaPictures(pictures).Grid(columns, scale, RgbaPictures.White);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
