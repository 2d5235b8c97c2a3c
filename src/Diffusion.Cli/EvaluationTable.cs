using System.Globalization;
using Spectre.Console;

namespace Diffusion.Cli;

/// <summary>The rows of <c>ddm evaluate</c>: held-out samples first, then the network's at each number of calls.</summary>
internal sealed class EvaluationTable(ScoreSummary heldOut)
{
    private const string Header = "samples,calls,sets,count,sliced_wasserstein,sliced_wasserstein_low,sliced_wasserstein_high,"
        + "frechet,frechet_low,frechet_high,class_agreement,class_agreement_low,class_agreement_high,"
        + "nearest_training,nearest_training_low,nearest_training_high,least_nearest";

    private readonly List<(long Calls, ScoreSummary Scores)> rows = [];

    public void Add(long calls, ScoreSummary scores) => rows.Add((calls, scores));

    public void Save(string path)
    {
        string text = string.Join('\n', [Header, Line("held-out", "", heldOut), .. rows.Select(row => Line("network", $"{row.Calls}", row.Scores)), ""]);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
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
        Console.WriteLine($"Distances to the training set of {heldOut.Count} samples at a time: {heldOut.Sets} held-out {(heldOut.Sets == 1 ? "set" : "sets")}, {rows[0].Scores.Sets} of the network.");
        Console.WriteLine("± is half the 95 % interval; ratio is to held-out; class is how often the classifier sees the class asked for.");
        Console.WriteLine("Nearest is to the nearest training sample: well below held-out's, the network memorises.");

        void AddRow(string name, ScoreSummary scores) => table.AddRow(
            name,
            Short(scores.SlicedWasserstein),
            Short(scores.Frechet),
            Ratio(scores.Frechet, heldOut.Frechet),
            scores.ClassAgreement is { } agreement ? string.Create(CultureInfo.InvariantCulture, $"{100 * agreement.Value:F1}%") : "",
            Short(scores.NearestTraining),
            Ratio(scores.NearestTraining, heldOut.NearestTraining),
            string.Create(CultureInfo.InvariantCulture, $"{scores.LeastNearest:G3}"));
    }

    private static string Short(Interval? score) => score is not { } known ? ""
        : double.IsNaN(known.Low) ? string.Create(CultureInfo.InvariantCulture, $"{known.Value:G3}")
        : string.Create(CultureInfo.InvariantCulture, $"{known.Value:G3}±{(known.High - known.Low) / 2:G2}");

    private static string Ratio(Interval? score, Interval? yardstick) => score is { } known && yardstick is { } held
        ? string.Create(CultureInfo.InvariantCulture, $"{known.Value / held.Value:F2}")
        : "";

    private static string Line(string samples, string calls, ScoreSummary scores) => string.Join(',', [
        samples, calls, $"{scores.Sets}", $"{scores.Count}",
        .. Numbers(scores.SlicedWasserstein), .. Numbers(scores.Frechet), .. Numbers(scores.ClassAgreement), .. Numbers(scores.NearestTraining),
        scores.LeastNearest.ToString("R", CultureInfo.InvariantCulture)]);

    // An empty field where a score or its interval is not known.
    private static IEnumerable<string> Numbers(Interval? score)
    {
        double[] numbers = score is { } known ? [known.Value, known.Low, known.High] : [double.NaN, double.NaN, double.NaN];
        return numbers.Select(number => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture));
    }
}
