using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>A table; a column whose every cell is a number stands on the right.</summary>
internal sealed class TableContent(string[] header, string[][] rows) : FigureContent
{
    private readonly bool[] numeric =
        [.. header.Select((_, column) => rows.Length > 0 && rows.All(row => IsNumber(row[column])))];

    public override void Write(FigureHtml html)
    {
        html.Raw("<div style=\"overflow-x:auto\"><table style=\"border-collapse:collapse;font:14px/1.5 system-ui,sans-serif;")
            .Raw("font-variant-numeric:tabular-nums\"><thead><tr>");
        for (var i = 0; i < header.Length; i++)
        {
            html.Raw($"<th scope=\"col\" style=\"{Style(i)};border-bottom:1.5px solid currentColor\">").Text(header[i]).Raw("</th>");
        }
        html.Raw("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Raw("<tr>");
            for (var i = 0; i < header.Length; i++)
            {
                // A narrow page breaks words and not numbers, and scrolls.
                var wrap = numeric[i] ? ";white-space:nowrap" : "";
                html.Raw($"<td style=\"{Style(i)}{wrap};border-bottom:1px solid rgba(128,128,128,.3)\">").Text(row[i]).Raw("</td>");
            }
            html.Raw("</tr>");
        }
        html.Raw("</tbody></table></div>");
    }

    public override string Describe() => $"table, {rows.Length} rows of {string.Join(", ", header)}";

    private string Style(int column) => $"text-align:{(numeric[column] ? "right" : "left")};padding:.2em .8em";

    // "1.5 ms", "12 %", "3×" and "2·10^9" are numbers to a reader.
    private static bool IsNumber(string cell)
    {
        var number = cell.Split(' ', '%', '×', '·')[0].Replace("−", "-", StringComparison.Ordinal);
        return cell is "" or "–" or "—"
            || double.TryParse(number, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
    }
}
