using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>The picture that stands for a notebook in the index.</summary>
internal static partial class CoverPicture
{
    private const string Tag = "cover";

    /// <summary>Finds the first picture of the cell tagged <c>cover</c>, else of the notebook.</summary>
    /// <param name="notebook">An executed notebook.</param>
    /// <returns>A box with the picture; an empty box when there is none.</returns>
    public static string Of(Notebook notebook)
    {
        var source = notebook.Cells.OrderByDescending(cell => cell.HasTag(Tag)).SelectMany(cell => cell.Outputs).Select(Source).FirstOrDefault(found => found is not null);
        // The title beside it says what the picture would.
        return source is null ? "<div class=\"cover\"></div>" : $"<div class=\"cover\"><img alt=\"\" src=\"{source}\"></div>";
    }

    private static string? Source(System.Text.Json.Nodes.JsonObject output)
    {
        if (output["data"] is not System.Text.Json.Nodes.JsonObject data)
        {
            return null;
        }

        if (data["image/png"] is { } png)
        {
            return "data:image/png;base64," + MultilineText.Read(png).ReplaceLineEndings("");
        }

        return Embedded().Match(MultilineText.Read(data["text/html"])) is { Success: true } match ? match.Value : null;
    }

    [GeneratedRegex("(?<=<img\\b[^>]*\\bsrc=\")data:image/(?:png|jpeg|svg\\+xml);base64,[A-Za-z0-9+/=]+")]
    private static partial Regex Embedded();
}
