using System.Globalization;
using System.Net;
using System.Text;
using Diffusion.Comparing;
using Diffusion.Plots;
using Spectre.Console;

namespace Diffusion.Cli;

/// <summary>The results of a comparison as compare.csv, as compare.html and in the terminal.</summary>
internal static class ComparisonReport
{
    public static void Write(ComparisonTable table, string folder)
    {
        WriteWhole(Path.Combine(folder, "compare.csv"), table.ToCsv());
        WriteWhole(Path.Combine(folder, "compare.html"), Html(table));
        IReadOnlyList<Score> scores = table.Plan.Subject.Scores;

        // What fits a terminal of 80 columns; the page has all of it.
        int[] inTerminal = [0, 1, 2, 3, .. Enumerable.Range(1, scores.Count - 1).Where(score => scores[score].Brief).Select(score => score + 3)];
        foreach (IReadOnlyList<CellResult> group in table.Groups())
        {
            var shown = new Table().Border(TableBorder.Simple).Title(Markup.Escape(Title(group)));
            string[] header = Header(group, scores);
            shown.AddColumns([.. inTerminal.Select(column => Markup.Escape(header[column]))]);
            foreach (string[] row in Rows(table, group))
            {
                shown.AddRow([.. inTerminal.Select(column => Markup.Escape(row[column]))]);
            }

            AnsiConsole.Write(shown);
        }

        Console.WriteLine($"{Path.Combine(folder, "compare.csv")} and compare.html");
    }

    private static string Html(ComparisonTable table)
    {
        var html = new StringBuilder("""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>Samplers compared</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
            .wide{overflow-x:auto} table{border-collapse:collapse;font-size:.85rem} th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #8886;white-space:nowrap}
            th:first-child,td:first-child,td:last-child{text-align:left}
            </style></head><body>
            <h1>Samplers compared</h1>
            """);
        SubjectDescription subject = table.Plan.Subject;
        html.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(subject.Title)}. {table.Plan.Samples} samples a run, {table.Plan.Seeds} runs a sampler, T = {table.Plan.T}. ")
            .Append("Means over the runs with 95 % intervals; differences from the stride that the column names run by run, with an interval that holds for the whole page at once. ")
            .Append(CultureInfo.InvariantCulture, $"The last row of each table is {subject.Yardstick} scored the same way: nothing can be told from the truth below that.</p>");
        foreach (var charted in table.Results.GroupBy(result => (result.Cell.Schedule, result.Cell.Rule)).Where(group => group.Select(result => result.Cell.Calls).Distinct().Count() > 1))
        {
            double[] calls = [.. table.Plan.Calls.Select(count => (double)count).Order()];
            double floor = table.Floor.Average(run => run.Distance);
            var curves = charted.GroupBy(result => result.Cell.Stride.Name).Select(family =>
            {
                var byCalls = family.OrderBy(result => result.Cell.Calls).ToList();
                return (family.Key, byCalls.Select(result => (double)result.Cell.Calls).ToArray(), byCalls.Select(result => result.Distance.Value).ToArray());
            }).Append((subject.Yardstick, calls, [.. calls.Select(_ => floor)]));
            html.Append(Figures.Lines(
                $"{charted.Key.Schedule}, {charted.Key.Rule}: distance to the truth against calls", "denoiser calls", subject.Scores[0].Title, LogAxes.Both, [.. curves]).ToHtml());
        }

        foreach (IReadOnlyList<CellResult> group in table.Groups())
        {
            html.Append("<h2>").Append(WebUtility.HtmlEncode(Title(group))).Append("</h2><div class=\"wide\" tabindex=\"0\"><table><tr>");
            html.AppendJoin("", Header(group, subject.Scores).Select(name => $"<th scope=\"col\">{WebUtility.HtmlEncode(name)}</th>")).Append("</tr>");
            foreach (string[] row in Rows(table, group))
            {
                html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>");
            }

            html.Append("</table></div>");
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static string[] Header(IReadOnlyList<CellResult> group, IReadOnlyList<Score> scores) =>
        ["stride", "calls", scores[0].Title, $"farther than {Against(group)}", .. scores.Skip(1).Select(score => score.Title), "timesteps"];

    private static string Title(IReadOnlyList<CellResult> group) => $"{group[0].Cell.Schedule}, {group[0].Cell.Rule}, at most {group[0].Cell.Calls} calls";

    private static IEnumerable<string[]> Rows(ComparisonTable table, IReadOnlyList<CellResult> group)
    {
        StrideFamily against = Against(group);
        var differences = table.Against(group, against).ToDictionary(difference => difference.Result, difference => difference.Difference);
        foreach (CellResult result in group.OrderBy(result => result.Distance.Value))
        {
            string farther = differences.TryGetValue(result, out Interval difference) ? PlusMinus(difference) : result.Cell.Stride == against ? "—" : "the same stride";
            yield return Row(result.Cell.Stride.Name, $"{result.Calls}", farther, result.Runs, result.Timesteps.Count <= 50 ? string.Join(' ', result.Timesteps) : $"{result.Timesteps.Count} of them");
        }

        yield return Row(table.Plan.Subject.Yardstick, "", "", table.Floor, "");
    }

    /// <summary>The family that a group is held against: what was searched for by the outcome, otherwise the best.</summary>
    private static StrideFamily Against(IReadOnlyList<CellResult> group) =>
        group.FirstOrDefault(result => result.Cell.Stride.Objective == StrideObjective.Outcome)?.Cell.Stride
            ?? group.MinBy(result => result.Distance.Value)!.Cell.Stride;

    private static string[] Row(string stride, string calls, string farther, IReadOnlyList<RunScores> runs, string timesteps) =>
    [
        stride, calls, PlusMinus(Interval.OfRuns([.. runs.Select(run => run.Distance)])), farther,
        .. Enumerable.Range(1, runs[0].Values.Count - 1).Select(score => runs.Average(run => run.Values[score]).ToString("G3", CultureInfo.InvariantCulture)), timesteps,
    ];

    /// <summary>Student's intervals are even on both sides.</summary>
    private static string PlusMinus(Interval interval) => double.IsNaN(interval.High)
        ? string.Create(CultureInfo.InvariantCulture, $"{interval.Value:0.0000}")
        : string.Create(CultureInfo.InvariantCulture, $"{interval.Value:0.0000} ± {interval.High - interval.Value:0.0000}");

    private static void WriteWhole(string path, string text)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
