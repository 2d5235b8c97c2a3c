using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Unicode's mathematical alphabets: MathML Core has no other way to a bold or a script letter.</summary>
internal static class MathAlphabet
{
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Latin = Capitals + "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly Dictionary<string, Dictionary<Rune, string>> Alphabets = new()
    {
        ["mathbb"] = Pairs(Capitals + "1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙"),
        ["mathcal"] = Pairs(Capitals, "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"),
        ["mathbf"] = Pairs(Latin + Digits, "𝐀𝐁𝐂𝐃𝐄𝐅𝐆𝐇𝐈𝐉𝐊𝐋𝐌𝐍𝐎𝐏𝐐𝐑𝐒𝐓𝐔𝐕𝐖𝐗𝐘𝐙𝐚𝐛𝐜𝐝𝐞𝐟𝐠𝐡𝐢𝐣𝐤𝐥𝐦𝐧𝐨𝐩𝐪𝐫𝐬𝐭𝐮𝐯𝐰𝐱𝐲𝐳" + "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
        ["boldsymbol"] = Pairs(
            Latin + Digits + "ΓΔΘΛΞΠΣΥΦΨΩ" + "αβγδεζηθικλμνξπρςστυφχψω∂ϵϑϕϱ",
            "𝑨𝑩𝑪𝑫𝑬𝑭𝑮𝑯𝑰𝑱𝑲𝑳𝑴𝑵𝑶𝑷𝑸𝑹𝑺𝑻𝑼𝑽𝑾𝑿𝒀𝒁𝒂𝒃𝒄𝒅𝒆𝒇𝒈𝒉𝒊𝒋𝒌𝒍𝒎𝒏𝒐𝒑𝒒𝒓𝒔𝒕𝒖𝒗𝒘𝒙𝒚𝒛" + "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗" +
            "𝜞𝜟𝜣𝜦𝜩𝜫𝜮𝜰𝜱𝜳𝜴" + "𝜶𝜷𝜸𝜹𝜺𝜻𝜼𝜽𝜾𝜿𝝀𝝁𝝂𝝃𝝅𝝆𝝇𝝈𝝉𝝊𝝋𝝌𝝍𝝎𝝏𝝐𝝑𝝓𝝔"),
    };

    /// <summary>A text in a font; what the font does not have stays as it is.</summary>
    public static string Style(string text, string font) => Alphabets.TryGetValue(font, out var alphabet)
        ? string.Concat(text.EnumerateRunes().Select(rune => alphabet.GetValueOrDefault(rune) ?? rune.ToString()))
        : text;

    private static Dictionary<Rune, string> Pairs(string plain, string styled) =>
        plain.EnumerateRunes().Zip(styled.EnumerateRunes()).ToDictionary(pair => pair.First, pair => pair.Second.ToString());
}
