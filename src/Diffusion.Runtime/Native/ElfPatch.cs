using System.Text;

namespace Diffusion.Runtime;

/// <summary>
/// Makes a copy of <c>libLibTorchSharp.so</c> that loads where the C++ runtime is older than GCC 13's.
/// </summary>
/// <remarks>
/// The library asks libstdc++ for one symbol that GCC 13 introduced,
/// <c>std::ios_base_library_init()</c> at version GLIBCXX_3.4.32. It makes the standard streams ready, as the
/// constructor of <c>std::ios_base::Init</c> has done since GLIBCXX_3.4. That constructor ignores its
/// <c>this</c>, so the one call can stand in for the other. The names differ in length only downwards, so the
/// edits keep every offset of the file.
/// </remarks>
internal static class ElfPatch
{
    /// <summary>The symbol of GCC 13's runtime that older systems lack.</summary>
    internal const string NewSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>The constructor of <c>std::ios_base::Init</c>, which does the same work.</summary>
    internal const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    /// <summary>The version of <see cref="NewSymbol"/>.</summary>
    internal const string NewVersion = "GLIBCXX_3.4.32";

    /// <summary>The version of <see cref="OldSymbol"/>.</summary>
    internal const string OldVersion = "GLIBCXX_3.4";

    /// <summary>Returns the edited copy of <paramref name="library"/>; the argument is left as it is.</summary>
    /// <param name="library">The bytes of <c>libLibTorchSharp.so</c> as published.</param>
    /// <param name="name">What to call the file in a message.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not one that these edits are known to suit: a text or hash does not stand exactly once.
    /// </exception>
    internal static byte[] Apply(ReadOnlySpan<byte> library, string name)
    {
        // All counts are checked before the first edit. The NULs on both sides keep the search to whole
        // entries: the debug symbol table has the two names once more, joined as "symbol@version".
        var symbol = OnlyPlace(library, Entry(NewSymbol), $"the symbol {NewSymbol}", name);
        var version = OnlyPlace(library, Entry(NewVersion), $"the version {NewVersion}", name);
        var hash = OnlyPlace(library, HashBytes(NewVersion), $"the hash of {NewVersion}", name);

        var patched = library.ToArray();
        Write(patched, symbol, Entry(OldSymbol), Entry(NewSymbol).Length);
        Write(patched, version, Entry(OldVersion), Entry(NewVersion).Length);
        HashBytes(OldVersion).CopyTo(patched, hash);
        return patched;
    }

    /// <summary>The System V ELF hash, by which the loader compares version names.</summary>
    internal static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var letter in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private static byte[] Entry(string text) => Encoding.ASCII.GetBytes($"\0{text}\0");

    // The published library is x86-64, which is little-endian.
    private static byte[] HashBytes(string version)
    {
        var bytes = new byte[sizeof(uint)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes, Hash(version));
        return bytes;
    }

    private static void Write(byte[] library, int place, byte[] entry, int length)
    {
        library.AsSpan(place, length).Clear();
        entry.CopyTo(library, place);
    }

    private static int OnlyPlace(ReadOnlySpan<byte> library, ReadOnlySpan<byte> pattern, string what, string name)
    {
        var count = 0;
        var place = -1;
        for (var from = 0; library[from..].IndexOf(pattern) is >= 0 and var next; from = place + 1)
        {
            place = from + next;
            count++;
        }

        return count == 1
            ? place
            : throw new InvalidDataException(
                $"{name} cannot be adapted to this system's C++ runtime: {what} was expected once and stands {count} times. " +
                "It is probably another version of TorchSharp than the one this library was built with.");
    }
}
