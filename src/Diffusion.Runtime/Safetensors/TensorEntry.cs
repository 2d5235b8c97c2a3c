using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>A tensor as the header of a safetensors file describes it: the bytes from Begin to End of the data.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Dtype">The format's name of its type, which may be one that this library does not know.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">Where its bytes begin in the data.</param>
/// <param name="End">Where they end.</param>
internal readonly record struct TensorEntry(string Name, string Dtype, long[] Shape, long Begin, long End)
{
    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
        ("C64", ScalarType.ComplexFloat32, 8),
        ("F32", ScalarType.Float32, 4),
        ("I32", ScalarType.Int32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I16", ScalarType.Int16, 2),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The type that takes a tensor's bytes, and how its numbers come out of it where libtorch has no type for them.</summary>
    private static readonly Dictionary<string, (ScalarType Raw, int Size, Func<Tensor, Tensor?> Read)> Readers = new(
        Types.Select(type => KeyValuePair.Create(type.Name, (type.Type, type.Size, new Func<Tensor, Tensor?>(raw => raw.alias())))))
    {
        ["U16"] = (ScalarType.Int16, 2, raw => raw.to(ScalarType.Int32).bitwise_and(0xFFFF)),
        ["U32"] = (ScalarType.Int32, 4, raw => raw.to(ScalarType.Int64).bitwise_and(0xFFFFFFFFL)),
        ["U64"] = (ScalarType.Int64, 8, raw => raw.signbit().any().item<bool>() ? null : raw.alias()),
        ["F8_E4M3"] = (ScalarType.Byte, 1, raw => OfTable(raw, code => Float8(code, exponentBits: 4))),
        ["F8_E5M2"] = (ScalarType.Byte, 1, raw => OfTable(raw, code => Float8(code, exponentBits: 5))),
    };

    /// <summary>The names of the types that a file may be written with.</summary>
    public static string TypeNames => string.Join(", ", Types.Select(type => type.Name));

    /// <summary>The format's name of the type, or null where it has none.</summary>
    public static string? NameOf(ScalarType type) => Array.Find(Types, known => known.Type == type).Name;

    /// <summary>The bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => Array.Find(Types, known => known.Type == type).Size;

    /// <summary>The type that takes the bytes as they are; null where this library does not know the tensor's.</summary>
    public ScalarType? Raw => Readers.TryGetValue(Dtype, out var reader) ? reader.Raw : null;

    /// <summary>The tensor of the numbers whose bytes were read.</summary>
    /// <returns>A tensor that the caller owns; null where a number is too large for libtorch's types.</returns>
    public Tensor? Numbers(Tensor raw)
    {
        using var scope = NewDisposeScope();
        return Readers[Dtype].Read(raw)?.DetachFromDisposeScope();
    }

    /// <summary>
    /// The bytes that the shape asks for (of an unknown type, those that there are), or null where they are more than a 64-bit number holds.
    /// </summary>
    public long? Bytes
    {
        get
        {
            // A zero makes the tensor empty, whatever the other sizes are.
            if (Shape.Contains(0))
            {
                return 0;
            }

            if (!Readers.TryGetValue(Dtype, out var reader))
            {
                return End - Begin;
            }

            UInt128 bytes = (UInt128)reader.Size;
            foreach (long size in Shape)
            {
                bytes *= (UInt128)size;
                if (bytes > long.MaxValue)
                {
                    return null;
                }
            }

            return (long)bytes;
        }
    }

    /// <summary>Eight bits as libtorch's float8_e4m3fn and float8_e5m2 have them: a sign, the exponent, the fraction.</summary>
    private static float Float8(int code, int exponentBits)
    {
        int fractionBits = 7 - exponentBits, bias = (1 << (exponentBits - 1)) - 1, most = (1 << exponentBits) - 1;
        int exponent = (code & 0x7F) >> fractionBits, fraction = code & ((1 << fractionBits) - 1);

        // E5M2 has infinity as wider types do; E4M3 has numbers there, and NaN at the last only.
        bool special = exponent == most && (exponentBits == 5 || fraction == (1 << fractionBits) - 1);
        float magnitude = special
            ? (exponentBits == 5 && fraction == 0 ? float.PositiveInfinity : float.NaN)
            : MathF.ScaleB(exponent == 0 ? fraction : fraction + (1 << fractionBits), Math.Max(exponent, 1) - bias - fractionBits);
        return code < 0x80 ? magnitude : -magnitude;
    }

    private static Tensor OfTable(Tensor codes, Func<int, float> number) =>
        tensor([.. Enumerable.Range(0, 256).Select(number)])[codes.to(ScalarType.Int64)];
}
