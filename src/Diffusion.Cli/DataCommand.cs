using System.CommandLine;
using Spectre.Console;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm data</c>: what data there is, what it looks like, and the same as files for other programs.</summary>
internal static class DataCommand
{
    private const int PreviewColumns = 10;

    public static Command Create()
    {
        var name = new Argument<string?>("name")
        {
            Description = $"One of {DataSet.Names}. Without it, the list.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new DataOptions();
        var part = Options.WithDefault("--part", "all", "all, training or held-out.");
        var preview = new Option<string?>("--preview")
        {
            Description = "The PNG file to write: the first hundred pictures, or the density of the points.",
        };
        var export = new Option<string?>("--export") { Description = "The .safetensors or .csv file to write." };
        var command = new Command("data", "Lists the data sets; or looks at one, as a PNG, and exports it.")
        {
            name, part, preview, export,
        };
        command.AddAll(options.All);
        command.SetAction(parsed => Refusal.Of(() =>
        {
            if (parsed.GetValue(name) is not { } chosen)
            {
                return List();
            }

            string? png = parsed.GetValue(preview);
            InvalidInputException.Require(
                png is null || Path.GetExtension(png) == ".png", "--preview", $"\"{png}\"", "a name that ends in .png");
            Output.RequireFile(preview.Name, png);
            Output.RequireFile(export.Name, parsed.GetValue(export));
            using DataSet all = options.Open(chosen, parsed);
            return Look(all, parsed.GetValue(part)!, png, parsed.GetValue(export));
        }));
        return command;
    }

    private static int List()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "samples", "shape", "classes");
        foreach (string name in new[] { "digits", "digits8", "flowers" }.Concat(PointSets.Names))
        {
            // A few tell the shape of what is made when asked for.
            using DataSet few = DataSet.Open(name, count: 2);
            int made = few.ArePictures ? DataSet.DefaultFlowers : DataSet.DefaultPoints;
            string samples = few.Count > 2 ? $"{few.Count}" : $"{made}, or --count";
            table.AddRow(name, samples, Shape(few), few.Labels is null ? "" : $"{few.Classes.Count}");
        }

        table.AddRow("folder:PATH", "its pictures", "3 × 32 × 32, or --channels, --side", "its folders");
        table.AddRow("named:PATH", "its pictures", "3 × 32 × 32, or --channels, --side", "dog of dog_01.png");
        table.AddRow("idx:FILE,LABELS", "the file's", "1 × the file's", "the labels'");
        AnsiConsole.Write(table);
        return 0;
    }

    private static int Look(DataSet all, string part, string? preview, string? export)
    {
        var (training, heldOut) = all.Count > 1 || part != "all" ? all.Divide() : (null, null);
        using (training)
        using (heldOut)
        {
            DataSet chosen = part switch
            {
                "all" => all,
                "training" => training!,
                "held-out" => heldOut!,
                _ => throw new InvalidInputException("--part", $"\"{part}\"", "all, training or held-out"),
            };
            var written = new List<string>();
            if (export is not null)
            {
                DataSetFile.Save(export, chosen);
                written.Add(export);
            }

            if (preview is not null)
            {
                Preview(preview, chosen);
                written.Add(preview);
            }

            string split = training is null
                ? "one sample, too few to hold any out"
                : $"{all.Count} samples, {training.Count} to train on and {heldOut!.Count} held out";
            Console.WriteLine($"{all.Name}: {split}; {Shape(all)}; {Classes(all)}");
            written.ForEach(file => Console.WriteLine($"{file}: written"));
        }

        return 0;
    }

    private static string Classes(DataSet data)
    {
        const int Few = 10;
        string more = data.Classes.Count > Few ? ", …" : "";
        return data.Labels is null ? "no classes" : $"{data.Classes.Count} classes: {string.Join(", ", data.Classes.Take(Few))}{more}";
    }

    private static string Shape(DataSet data) => string.Join(" × ", data.Samples.shape.Skip(1));

    private static void Preview(string path, DataSet data)
    {
        using var scope = NewDisposeScope();
        if (data.ArePictures)
        {
            int scale = Math.Max(1, 64 / (int)data.Samples.shape[2]);
            PictureGrid.Save(path, data.Samples.narrow(0, 0, Math.Min(data.Count, PreviewColumns * PreviewColumns)), PreviewColumns, scale);
        }
        else
        {
            PictureGrid.Save(path, Density(data.Samples), columns: 1);
        }
    }

    /// <summary>Points as one picture, from −3 to 3 along both axes; the darker, the more of them.</summary>
    private static Tensor Density(Tensor points)
    {
        const int Side = 300;
        const double Reach = 3;
        float[] counts = new float[Side * Side];
        float[] values = points.data<float>().ToArray();
        for (int i = 0; i < values.Length; i += 2)
        {
            int column = Place(values[i]), row = Side - 1 - Place(values[i + 1]);
            if (column is >= 0 and < Side && row is >= 0 and < Side)
            {
                counts[row * Side + column]++;
            }
        }

        // The square root, so that a single point still shows.
        float max = counts.Max();
        return tensor([.. counts.Select(count => 1 - 2 * MathF.Sqrt(count / Math.Max(1, max)))], [1, 1, Side, Side]);

        static int Place(float value) => (int)Math.Floor((value + Reach) / (2 * Reach) * Side);
    }
}
