using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>A tensor as the header of a safetensors file describes it: the bytes from Begin to End of the data.</summary>
internal readonly record struct TensorEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End)
{
    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
        ("F32", ScalarType.Float32, 4),
        ("I32", ScalarType.Int32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I16", ScalarType.Int16, 2),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names of the types that a file may use.</summary>
    public static string TypeNames => string.Join(", ", Types.Select(type => type.Name));

    /// <summary>The format's name of the type, or null where it has none.</summary>
    public static string? NameOf(ScalarType type) => Array.Find(Types, known => known.Type == type).Name;

    /// <summary>The type of that name, or null where there is none.</summary>
    public static ScalarType? TypeOf(string name) =>
        Array.Find(Types, known => known.Name == name) is { Name: not null } known ? known.Type : null;

    /// <summary>The bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => Array.Find(Types, known => known.Type == type).Size;

    /// <summary>The bytes that the shape asks for, or null where they are more than a 64-bit number holds.</summary>
    public long? Bytes
    {
        get
        {
            // A zero makes the tensor empty, whatever the other sizes are.
            if (Shape.Contains(0))
            {
                return 0;
            }

            UInt128 bytes = (UInt128)SizeOf(Type);
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
}
