using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Diffusion.Cli;

/// <summary>The rows of <c>ddm evaluate</c>: held-out samples first, then the network's at each number of calls.</summary>
internal sealed class EvaluationTable(Summary heldOut)
{
    private static readonly Metric[] WithIntervals =
        [Scorer.SlicedWasserstein, Scorer.Frechet, Scorer.ClassAgreement, Scorer.NearestTraining];

    private readonly List<(long Calls, Summary Scores)> rows = [];

    public void Add(long calls, Summary scores) => rows.Add((calls, scores));

    public void Save(string path)
    {
        var columns = WithIntervals.SelectMany(metric => new[] { metric.Name, $"{metric.Name}_low", $"{metric.Name}_high" });
        string text = string.Join('\n', [
            $"samples,calls,sets,count,{string.Join(',', columns)},{Scorer.MinNearest.Name}",
            Line("held-out", "", heldOut), .. rows.Select(row => Line("network", $"{row.Calls}", row.Scores)), ""]);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    public void Print()
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string column in new[] { "calls", "sliced W1", "Fréchet", "ratio", "class", "nearest", "ratio", "least" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap().PadLeft(0).PadRight(0));
        }

        AddRow("held-out", heldOut);
        foreach (var (calls, scores) in rows)
        {
            AddRow($"{calls}", scores);
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"Distances to the training set of {heldOut.Count} samples at a time: {heldOut.Sets} held-out "
            + $"{(heldOut.Sets == 1 ? "set" : "sets")}, {rows[0].Scores.Sets} of the network.");
        Console.WriteLine("± is half the 95 % interval; ratio is to held-out; class is how often the classifier sees the class asked for.");
        Console.WriteLine("Nearest is to the nearest training sample: well below held-out's, the network memorises.");

        void AddRow(string name, Summary scores) => table.AddRow(
            name,
            Short(scores[Scorer.SlicedWasserstein]),
            Short(scores[Scorer.Frechet]),
            Ratio(scores, Scorer.Frechet),
            scores[Scorer.ClassAgreement] is { } agreement ? FormattableString.Invariant($"{100 * agreement.Value:F1}%") : "",
            Short(scores[Scorer.NearestTraining]),
            Ratio(scores, Scorer.NearestTraining),
            Short(scores[Scorer.MinNearest]));
    }

    private static string Short(Interval? score) => score is not { } known ? ""
        : double.IsNaN(known.Low) ? FormattableString.Invariant($"{known.Value:G3}")
        : FormattableString.Invariant($"{known.Value:G3}±{(known.High - known.Low) / 2:G2}");

    private string Ratio(Summary scores, Metric metric) => scores[metric] is { } known && heldOut[metric] is { } held
        ? FormattableString.Invariant($"{known.Value / held.Value:F2}")
        : "";

    private static string Line(string samples, string calls, Summary scores) => string.Join(',', [
        samples, calls, $"{scores.Sets}", $"{scores.Count}",
        .. WithIntervals.Select(metric => scores[metric])
            .SelectMany(score => score is { } known ? new[] { known.Value, known.Low, known.High } : [double.NaN, double.NaN, double.NaN])
            .Append(scores[Scorer.MinNearest]!.Value.Value).Select(Exact)]);

    // An empty field where a score or its interval is not known.
    private static string Exact(double number) => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture);
}
