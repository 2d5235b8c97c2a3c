using System.CommandLine;
using System.Globalization;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm train</c>: trains a network on a data set, with checkpoints that a stopped training goes on from.</summary>
internal static class TrainCommand
{
    private const int PreviewCalls = 20, PreviewPictures = 40;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = $"What to train on, of which a tenth is held out: {DataSet.Names}.",
            Required = true,
        };
        var dataOptions = new DataOptions();
        var output = new Option<string>("--out", "-o")
        {
            Description = "The checkpoint: weights, average, optimizer and configuration, as safetensors.",
            Required = true,
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on from the checkpoint, to the same losses as if it had never stopped.",
        };
        var every = Options.WithDefault("--every", 500, "Updates between two checkpoints.");
        var weights = new Option<string?>("--weights")
        {
            Description = "Also write the averaged weights alone with every checkpoint, in float16: what ships.",
        };
        var preview = new Option<string?>("--preview") { Description = "A PNG of samples, drawn again with every checkpoint." };
        var network = new NetworkOptions();
        var config = new TrainingOptions();
        var command = new Command("train", "Trains a network on a data set. Killed at any moment, it goes on with --resume.")
        {
            data, output, resume, every, weights, preview,
        };
        Option[] settled = [.. network.All, .. config.All];
        command.AddAll([.. dataOptions.All, .. settled]);
        command.SetAction((parsed, cancellation) => Task.FromResult(Refusal.Of(() =>
        {
            string path = parsed.GetRequiredValue(output);
            bool again = parsed.GetValue(resume);
            Require(again || !File.Exists(path), output.Name, $"{path}, which exists", "a new file, or --resume to go on with this one");
            Option? given = again ? Array.Find(settled, option => parsed.GetResult(option) is { Implicit: false }) : null;
            Require(given is null, $"{given?.Name}", "a value with --resume", "none: the checkpoint says how it is trained");
            Require(parsed.GetValue(every) >= 1, every.Name, $"{parsed.GetValue(every)}", "1 or more updates");
            string? png = parsed.GetValue(preview);
            Require(png is null || Path.GetExtension(png) == ".png", preview.Name, $"\"{png}\"", "a name that ends in .png");
            Output.RequireFile(output.Name, path);
            Output.RequireFile(weights.Name, parsed.GetValue(weights));
            Output.RequireFile(preview.Name, png);
            using DataSet all = dataOptions.Open(parsed.GetRequiredValue(data), parsed);
            var (training, heldOut) = all.Divide();
            heldOut.Dispose();
            Tensor? labels = network.UseLabels(parsed) ? training.Labels : null;
            using (training)
            using (Trainer trainer = again
                ? Trainer.Resume(path, training.Samples, training.Labels)
                : new(network.Build(parsed, training), training.Samples, labels, config.Read(parsed)))
            {
                return Run(trainer, path, parsed.GetValue(every), parsed.GetValue(weights), png, cancellation);
            }
        })));
        return command;
    }

    private static int Run(Trainer trainer, string path, int every, string? weights, string? preview, CancellationToken cancellation)
    {
        TrainingConfig config = trainer.Config;
        Console.WriteLine(
            $"{trainer.Network.ParameterCount} parameters; updates {trainer.Step + 1} to {config.Steps} of {config.BatchSize} samples");
        double sum = 0;
        int count = 0;
        using var line = new ProgressLine();
        try
        {
            foreach (TrainingProgress progress in trainer.Run(path, every))
            {
                sum += progress.Loss;
                count++;
                string speed = string.Create(CultureInfo.InvariantCulture, $"{progress.SamplesPerSecond:0} samples/s");
                string left = string.Create(CultureInfo.InvariantCulture, $"{progress.TimeLeft.TotalMinutes:0.0} min left");
                line.Show(string.Create(CultureInfo.InvariantCulture,
                    $"update {progress.Step} of {progress.Steps}, loss {progress.Loss:0.0000}, {speed}, {left}"));
                if (progress.Step % every == 0 || progress.Step == progress.Steps)
                {
                    line.Dispose();
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"update {progress.Step}: mean loss {sum / count:0.00000}, {speed}, {progress.Elapsed.TotalMinutes:0.0} min"));
                    (sum, count) = (0, 0);
                    if (weights is not null)
                    {
                        trainer.Ema.Save(weights, ScalarType.Float16);
                    }

                    if (preview is not null)
                    {
                        Preview(trainer.Ema, preview);
                    }
                }
                else if (cancellation.IsCancellationRequested)
                {
                    trainer.Save(path);
                    line.Dispose();
                    Console.Error.WriteLine($"ddm: stopped after update {progress.Step}; --resume goes on from {path}.");
                    return 130;
                }
            }
        }
        catch (TrainingStoppedException stopped)
        {
            line.Dispose();
            Console.Error.WriteLine($"ddm: {stopped.Message}");
            return 1;
        }

        return 0;
    }

    private static void Preview(DenoisingNetwork network, string path)
    {
        if (network.SampleShape.Count != 3)
        {
            return;
        }

        using var scope = NewDisposeScope();
        IDenoiser denoiser = network.Classes > 0
            ? network.Conditional([.. Enumerable.Range(0, PreviewPictures).Select(i => (long)(i % network.Classes))])
            : network;
        Tensor start = Noise.Gaussian([PreviewPictures, .. network.SampleShape], 1);
        Tensor samples = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(PreviewCalls)).Run(denoiser, start).Sample;
        PictureGrid.Save(path, samples, columns: 10, scale: 4);
    }
}
