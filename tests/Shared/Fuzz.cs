using System.Text;

namespace Diffusion.Tests;

/// <summary>Damaged inputs from a seeded generator: a result or a refusal of one line, nothing else, and little memory.</summary>
internal static class Fuzz
{
    // A network's checkpoint is read as a whole; no text of a few hundred characters justifies more.
    private const long MostBytes = 64 << 20;

    private static readonly string[] Pieces =
    [
        "0", "-1", "1", "2", "0.5", "-0", "1e9", "1e-9", "1e999", "-1e999", "4e-324", "NaN", "Infinity", "∞", "2147483647", "2147483648",
        "-2147483648", "999999999", "9223372036854775808", "0x1F", "1_000", "٣", "１", "1,000", "0,5", "null", "true", "[]", "{}", "[[]]",
        "\"\"", "\"a\"", "[", "]", "{", "}", "\"", "\\", "\\ud800", "\\u0000", ",", ",,", ":", "::", ";", "-", "+", "=", "&", "%", "#",
        "#!", "$", "//", "/*", " ", "\t", "\n",
        "\r\n", "\u2028", "\u0085", "\0", "\ud800", "😀", "é", "full", "logsnr", "karras", "custom:", "ddim", "linear", "-zero-snr",
    ];

    /// <summary>How many cases to try: so many, times the environment variable FUZZ, such as FUZZ=100 for a night's search.</summary>
    public static int Cases(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ"), out int factor) && factor > 0 ? checked(usual * factor) : usual;

    /// <summary>Damages texts that are right, and has each read.</summary>
    /// <typeparam name="TRefusal">What the reader refuses with.</typeparam>
    /// <param name="cases">How many, before <see cref="Cases"/>.</param>
    /// <param name="right">Texts that are right.</param>
    /// <param name="read">Reads one, and lets go of what it holds.</param>
    public static void Texts<TRefusal>(int cases, IReadOnlyList<string> right, Action<string> read)
        where TRefusal : Exception =>
        Try<string, TRefusal>(cases, right, Damage, read, Shown);

    /// <inheritdoc cref="Texts"/>
    public static void Files<TRefusal>(int cases, IReadOnlyList<byte[]> right, Action<byte[]> read)
        where TRefusal : Exception =>
        Try<byte[], TRefusal>(cases, right, (file, _, random) => Damage(file, random), read, Convert.ToBase64String);

    private static void Try<T, TRefusal>(
        int cases, IReadOnlyList<T> right, Func<T, IReadOnlyList<T>, Random, T> damage, Action<T> read, Func<T, string> shown)
        where TRefusal : Exception
    {
        var random = new Random(20231119);
        int taken = 0, refused = 0;
        Assert.All(right, read);
        for (int i = 0; i < Cases(cases); i++)
        {
            T given = damage(right[random.Next(right.Count)], right, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(given);
                taken++;
            }
            catch (TRefusal refusal)
            {
                refused++;
                Assert.True(!refusal.Message.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029'),
                    $"case {i}, {shown(given)}: not one line: {refusal.Message}");
            }
            catch (Exception fault)
            {
                Assert.Fail($"case {i}, {shown(given)}: {fault}");
            }

            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes < MostBytes, $"case {i}, {shown(given)}: took {bytes} bytes");
        }

        // Damage that always hits, or never, tries nothing.
        Assert.True(taken > cases / 100 && refused > cases / 100, $"{taken} taken, {refused} refused");
    }

    private static string Damage(string text, IReadOnlyList<string> right, Random random)
    {
        for (int change = random.Next(3); change >= 0; change--)
        {
            int at = random.Next(text.Length + 1), length = Math.Min(random.Next(4), text.Length - at);
            string piece = Pieces[random.Next(Pieces.Length)], other = right[random.Next(right.Count)];
            text = random.Next(8) switch
            {
                0 => text.Remove(at, length),
                1 => text[..at],
                2 => text[..at] + other[random.Next(other.Length + 1)..],
                3 => text.Insert(at, text.Substring(at, Math.Min(random.Next(20), text.Length - at))),
                4 => text[..at] + (char)random.Next(1, 128) + text[(at + Math.Min(1, length))..],
                5 => OtherNumber(text, at, piece),
                _ => text[..at] + piece + text[(at + length)..],
            };
        }

        return text;
    }

    /// <summary>Puts a piece in the place of a whole number.</summary>
    private static string OtherNumber(string text, int at, string piece)
    {
        int begin = text.AsSpan(at).IndexOfAnyInRange('0', '9') + at, end = begin;
        while (begin >= at && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return begin < at ? text : text[..begin] + piece + text[end..];
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        int at = random.Next(damaged.Length);
        switch (random.Next(6))
        {
            case 0:
                return damaged[..at];
            case 1:
                return [.. damaged, .. damaged[at..]];
            case 2:
                return [.. damaged[..at], .. damaged[Math.Min(damaged.Length, at + 1 + random.Next(8))..]];
            case 3:
                // Headers stand at the beginning.
                damaged[random.Next(Math.Min(damaged.Length, 40))] = (byte)random.Next(256);
                return damaged;
            default:
                for (int change = random.Next(4); change >= 0; change--)
                {
                    damaged[random.Next(damaged.Length)] = random.Next(3) switch
                    {
                        0 => 0,
                        1 => 255,
                        _ => (byte)random.Next(256),
                    };
                }

                return damaged;
        }
    }

    private static string Shown(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (char letter in text)
        {
            shown.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                < ' ' or > '~' => $"\\u{(int)letter:x4}",
                _ => $"{letter}",
            });
        }

        return shown.Append('"').ToString();
    }
}
