using System.Text;

namespace Diffusion.Notebooks;

/// <summary>A heading of a page, for its table of contents.</summary>
internal sealed record Heading(int Level, string Id, string Html)
{
    /// <summary>The words of a heading as an anchor.</summary>
    /// <param name="text">The heading without markup.</param>
    /// <returns>Letters and digits in lower case, with a dash between words.</returns>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var character in text)
        {
            if (char.IsLetterOrDigit(character))
            {
                slug.Append(char.ToLowerInvariant(character));
            }
            else if (character is ' ' or '-' or '_' && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().Trim('-') is { Length: > 0 } some ? some : "section";
    }
}
