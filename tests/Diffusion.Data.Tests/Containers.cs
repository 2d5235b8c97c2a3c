using System.Buffers.Binary;
using System.Text;

namespace Diffusion.Data.Tests;

/// <summary>Picture files that Skia reads and does not write, byte by byte after their specifications.</summary>
internal static class Containers
{
    /// <summary>A bitmap of 24 bits a pixel in one colour.</summary>
    public static byte[] Bmp(int width, int height, byte red)
    {
        int line = (3 * width + 3) / 4 * 4;
        byte[] file = new byte[54 + line * height];
        "BM"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(2), file.Length);
        BitConverter.TryWriteBytes(file.AsSpan(10), 54);
        BitConverter.TryWriteBytes(file.AsSpan(14), 40);
        BitConverter.TryWriteBytes(file.AsSpan(18), width);
        BitConverter.TryWriteBytes(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                file[54 + y * line + 3 * x + 2] = red;
            }
        }

        return file;
    }

    /// <summary>An animation of 2×2 pixels; colour 0 is red, 1 blue.</summary>
    public static byte[] Gif(params byte[] frames)
    {
        List<byte> file = [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255];
        foreach (byte colour in frames)
        {
            // Shown for a tenth of a second; codes of three bits: clear (4), four times the colour, end (5).
            file.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2]);
            int bits = 4, shift = 3;
            foreach (int code in new[] { colour, (byte)4, colour, (byte)4, colour, (byte)4, colour, (byte)5 })
            {
                bits |= code << shift;
                shift += 3;
            }

            file.AddRange([4, (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24), 0]);
        }

        return [.. file, 0x3B];
    }

    /// <summary>A WebP with another canvas, and with Exif after its picture.</summary>
    public static byte[] WebpWithExif(byte[] webp, int side, byte[] exif)
    {
        byte[] extended = new byte[10];
        extended[0] = exif.Length > 0 ? (byte)8 : (byte)0;
        for (int axis = 0; axis < 2; axis++)
        {
            extended[4 + 3 * axis] = (byte)(side - 1);
            extended[5 + 3 * axis] = (byte)((side - 1) >> 8);
        }

        byte[] picture = webp[12..];
        if (picture.AsSpan(0, 4).SequenceEqual("VP8X"u8))
        {
            picture = picture[18..];
        }

        byte[] chunks = [.. "WEBP"u8, .. Chunk("VP8X", extended), .. picture, .. exif.Length > 0 ? Chunk("EXIF", exif) : []];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length), .. chunks];

        static byte[] Chunk(string name, byte[] data) =>
            [.. Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(data.Length), .. data, .. data.Length % 2 == 1 ? new byte[1] : []];
    }

    /// <summary>A PNG with the chunk eXIf after its header.</summary>
    public static byte[] PngWithExif(byte[] png, byte[] exif)
    {
        byte[] named = [.. "eXIf"u8, .. exif], length = new byte[4], sum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, exif.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32(named));
        return [.. png[..33], .. length, .. named, .. sum, .. png[33..]];
    }

    /// <summary>The checksum of PNG's chunks.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
            }
        }

        return ~crc;
    }
}
