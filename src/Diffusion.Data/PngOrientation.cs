using System.Buffers.Binary;
using SkiaSharp;

namespace Diffusion.Data;

/// <summary>How a PNG is to be turned, which it says in the chunk eXIf (PNG, third edition) and Skia does not read.</summary>
internal static class PngOrientation
{
    private const int Signature = 8, ChunkHead = 8, ChunkTail = 4;

    /// <summary>The orientation that the file says; upright where it says none.</summary>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        for (var rest = png[Math.Min(Signature, png.Length)..]; rest.Length >= ChunkHead;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - ChunkHead)
            {
                break;
            }

            if (rest.Slice(4, 4).SequenceEqual("eXIf"u8))
            {
                return OfExif(rest.Slice(ChunkHead, (int)length));
            }

            rest = rest[Math.Min(rest.Length, ChunkHead + (int)length + ChunkTail)..];
        }

        return SKEncodedOrigin.TopLeft;
    }

    /// <summary>Exif is a TIFF: a byte order, 42, where the directory begins; and there a count, and entries of twelve bytes.</summary>
    private static SKEncodedOrigin OfExif(ReadOnlySpan<byte> tiff)
    {
        const int Head = 8, EntryBytes = 12, OrientationTag = 0x0112;
        bool little = tiff.StartsWith("II"u8);
        if (tiff.Length < Head || !(little || tiff.StartsWith("MM"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        uint begin = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (begin > tiff.Length - 2)
        {
            return SKEncodedOrigin.TopLeft;
        }

        var entries = tiff[((int)begin + 2)..];
        for (int left = Short(tiff[(int)begin..], little); left > 0 && entries.Length >= EntryBytes; left--, entries = entries[EntryBytes..])
        {
            if (Short(entries, little) == OrientationTag)
            {
                var origin = (SKEncodedOrigin)Short(entries[8..], little);
                return Enum.IsDefined(origin) ? origin : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;

        static ushort Short(ReadOnlySpan<byte> bytes, bool little) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
