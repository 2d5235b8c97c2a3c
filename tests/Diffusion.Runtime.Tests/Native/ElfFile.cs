using System.Buffers.Binary;
using System.Text;

namespace Diffusion.Runtime.Tests;

/// <summary>Reads what a loader reads of a 64-bit little-endian ELF library: its dynamic symbols and needed versions.</summary>
internal sealed class ElfFile
{
    private readonly byte[] bytes;
    private readonly Dictionary<string, Section> sections = [];

    public ElfFile(byte[] bytes)
    {
        this.bytes = bytes;
        Assert.Equal("\u007fELF\u0002\u0001", Encoding.Latin1.GetString(bytes, 0, 6));
        var headers = (int)U64(0x28);
        var size = U16(0x3A);
        var names = Header(headers + U16(0x3E) * size);
        for (var i = 0; i < U16(0x3C); i++)
        {
            sections[Text(names.Offset + (int)U32(headers + i * size))] = Header(headers + i * size);
        }
    }

    public Section this[string section] => sections[section];

    /// <summary>Every needed version: the library that has to have it, its name, its hash and the index symbols refer to it by.</summary>
    public List<(string Library, string Version, uint Hash, int Index)> NeededVersions()
    {
        var needed = new List<(string, string, uint, int)>();
        var strings = this[".dynstr"].Offset;
        for (int at = this[".gnu.version_r"].Offset, step = -1; step != 0; at += step)
        {
            var library = Text(strings + (int)U32(at + 4));
            var entry = at + (int)U32(at + 8);
            for (var count = U16(at + 2); count > 0; count--)
            {
                needed.Add((library, Text(strings + (int)U32(entry + 8)), U32(entry), U16(entry + 6)));
                entry += (int)U32(entry + 12);
            }

            step = (int)U32(at + 12);
        }

        return needed;
    }

    /// <summary>Every dynamic symbol as <c>name@version-index</c> with its address (zero where another library has it).</summary>
    public List<(string Name, int VersionIndex, ulong Address)> Symbols()
    {
        var (symbols, versions, strings) = (this[".dynsym"], this[".gnu.version"], this[".dynstr"].Offset);
        return [.. Enumerable.Range(0, symbols.Length / 24).Select(i => (
            Text(strings + (int)U32(symbols.Offset + i * 24)),
            U16(versions.Offset + i * 2) & 0x7fff,
            U64(symbols.Offset + i * 24 + 8)))];
    }

    private Section Header(int at) => new((int)U64(at + 0x18), (int)U64(at + 0x20));

    private string Text(int at) => Encoding.ASCII.GetString(bytes, at, Array.IndexOf(bytes, (byte)0, at) - at);

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    internal readonly record struct Section(int Offset, int Length)
    {
        public bool Contains(int place) => place >= Offset && place < Offset + Length;
    }
}
