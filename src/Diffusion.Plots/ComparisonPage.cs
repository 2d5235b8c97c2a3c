using System.Net;
using Diffusion.Evaluation;

namespace Diffusion.Plots;

/// <summary>A comparison of samplers as a page: curves of distance against calls, and every table.</summary>
public static class ComparisonPage
{
    private const string Title = "Samplers compared";

    /// <summary>The page's HTML, which needs no network.</summary>
    /// <param name="table">The results.</param>
    public static string Of(ComparisonTable table)
    {
        ComparisonPlan plan = table.Plan;
        var curves = table.Results.GroupBy(result => $"{result.Cell.Schedule}, {result.Cell.Rule}")
            .Where(group => group.DistinctBy(result => result.Cell.Calls).Count() > 1)
            .Select(group => Curves(table, $"{group.Key}: distance to the truth against calls", [.. group]).ToHtml());
        var sections = table.Sections().Select(section =>
            $"<h2>{WebUtility.HtmlEncode(section.Title)}</h2>{Figures.Table([.. section.Header], section.Rows).ToHtml()}");
        return $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>{{Title}}</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem} td,th{white-space:nowrap}
            </style></head><body>
            <h1>{{Title}}</h1>
            <p>{{WebUtility.HtmlEncode(plan.Benchmark.Title)}}. {{plan.Samples}} samples a run, {{plan.Seeds}} runs a sampler,
            T = {{plan.T}}.
            Means over the runs with 95 % intervals; differences from the stride that the column names run by run, with an interval that
            holds for the whole page at once. The last row of each table is {{plan.Benchmark.Reference}} scored the same way: nothing can be
            told from the truth below that.</p>
            {{string.Concat(curves)}}{{string.Concat(sections)}}</body></html>

            """;
    }

    private static Figure Curves(ComparisonTable table, string title, CellResult[] results)
    {
        BenchmarkDescription benchmark = table.Plan.Benchmark;
        double[] calls = [.. table.Plan.Calls.Select(count => (double)count).Order()];
        double reference = table.Reference.Average(run => run[benchmark.Distance.Name]);
        var curves = results.GroupBy(result => result.Cell.Stride.Name, (name, family) =>
        {
            CellResult[] byCalls = [.. family.OrderBy(result => result.Cell.Calls)];
            double[] distances = Array.ConvertAll(byCalls, result => result[benchmark.Distance].Value);
            return (name, Array.ConvertAll(byCalls, result => (double)result.Cell.Calls), distances);
        });
        (string, double[], double[]) level = (benchmark.Reference, calls, Array.ConvertAll(calls, _ => reference));
        return Figures.Lines(title, "denoiser calls", benchmark.Distance.Title, LogAxes.Both, [.. curves, level]);
    }
}
