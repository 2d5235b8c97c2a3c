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
            Description = "Go on from the checkpoint, to the same losses as if it had never stopped; with --steps, to another end of its plan.",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Start from the weights of this network instead of new ones: "
                + $"{string.Join(", ", Checkpoints.Names)}, or a .safetensors file. What is trained on may be other data of its shape.",
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
            data, output, resume, from, every, weights, preview,
        };
        command.AddAll([.. dataOptions.All, .. network.All, .. config.All]);
        command.SetAction((parsed, cancellation) => Task.FromResult(Refusal.Of(() =>
        {
            string path = parsed.GetRequiredValue(output);
            bool again = parsed.GetValue(resume);
            Require(again || !File.Exists(path), output.Name, $"{path}, which exists", "a new file, or --resume to go on with this one");
            string? start = parsed.GetValue(from);
            RefuseGiven(parsed, resume, again ? [from, .. network.All, .. config.All.Except([config.Steps])] : []);
            RefuseGiven(parsed, from, start is not null ? network.All : []);
            Require(parsed.GetValue(every) >= 1, every.Name, $"{parsed.GetValue(every)}", "1 or more updates");
            string? png = parsed.GetValue(preview);
            Require(png is null || Path.GetExtension(png) == ".png", preview.Name, $"\"{png}\"", "a name that ends in .png");
            Output.RequireFile(output.Name, path);
            Output.RequireFile(weights.Name, parsed.GetValue(weights));
            Output.RequireFile(preview.Name, png);
            DataSet training;
            using (DenoisingNetwork? known = again ? DenoisingNetwork.Load(path) : start is not null ? Checkpoints.Load(start) : null)
            using (DataSet all = dataOptions.Open(parsed.GetRequiredValue(data), parsed, known))
            {
                RequireShape(known, all);
                (training, DataSet heldOut) = all.Divide();
                heldOut.Dispose();
            }

            using (training)
            using (Trainer trainer = again
                ? Trainer.Resume(path, training.Samples, training.Labels, Given(parsed, config.Steps) ? parsed.GetValue(config.Steps) : null)
                : Begin(start is null ? network.Build(parsed, training) : Checkpoints.Load(start), training, config.Read(parsed)))
            {
                return Run(trainer, path, parsed.GetValue(every), parsed.GetValue(weights), png, cancellation);
            }
        })));
        return command;
    }

    private static Trainer Begin(DenoisingNetwork network, DataSet training, TrainingConfig config)
    {
        Require(training.Classes.Count <= network.Classes || network.Classes == 0,
            "--data", $"{training.Classes.Count} classes", $"at most the {network.Classes} that the network can tell apart");
        Require(training.Labels is not null || network.Classes == 0,
            "--data", "no classes", $"data with classes, for a network that is asked for one of {network.Classes}");
        return new(network, training.Samples, network.Classes == 0 ? null : training.Labels, config);
    }

    private static void RequireShape(DenoisingNetwork? network, DataSet data) => Require(
        network is null || network.SampleShape.SequenceEqual(data.Samples.shape[1..]),
        "--data", $"samples of {string.Join("×", data.Samples.shape[1..])}", $"the network's, {string.Join("×", network?.SampleShape ?? [])}");

    private static bool Given(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void RefuseGiven(ParseResult parsed, Option by, IEnumerable<Option> settled)
    {
        Option? given = settled.FirstOrDefault(option => Given(parsed, option));
        Require(given is null, $"{given?.Name}", $"a value with {by.Name}", "none: the checkpoint says it");
    }

    private static int Run(Trainer trainer, string path, int every, string? weights, string? preview, CancellationToken cancellation)
    {
        TrainingConfig config = trainer.Config;
        if (trainer.Step == config.Steps)
        {
            // It may have been killed between its last checkpoint and these.
            WriteBeside(trainer, weights, preview, cancellation);
            Console.WriteLine($"{path}: finished, after {trainer.Step} updates; --resume with more --steps goes on.");
            return 0;
        }

        Console.WriteLine(
            $"{trainer.Network.ParameterCount} parameters; updates {trainer.Step + 1} to {config.Steps} of {config.BatchSize} samples");
        if (config.Steps < config.WarmupSteps)
        {
            Console.WriteLine($"All {config.Steps} updates lie in the warm-up of {config.WarmupSteps} and learn little: --warm-up shortens it.");
        }

        // The updates since the last checkpoint are worth the wait on a busy machine.
        Interruption.Patience = TimeSpan.FromSeconds(20);
        double sum = 0;
        int count = 0;
        using var line = new ProgressLine();
        try
        {
            foreach (TrainingProgress progress in trainer.Run(path, every, cancellation))
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
                    WriteBeside(trainer, weights, preview, cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            trainer.Save(path);
            line.Dispose();
            Console.Error.WriteLine($"ddm: stopped after update {trainer.Step}; --resume goes on from {path}.");
            return 130;
        }
        catch (TrainingStoppedException stopped)
        {
            line.Dispose();
            Console.Error.WriteLine($"ddm: {stopped.Message}");
            return 1;
        }

        string next = trainer.Network.SampleShape.Count == 3 ? $"; `ddm sample {path}` draws from it" : "";
        Console.WriteLine($"{path}: finished, after {trainer.Step} updates{next}.");
        return 0;
    }

    private static void WriteBeside(Trainer trainer, string? weights, string? preview, CancellationToken cancellation)
    {
        if (weights is not null)
        {
            trainer.Ema.Save(weights, ScalarType.Float16);
        }

        if (preview is not null)
        {
            Preview(trainer.Ema, preview, cancellation);
        }
    }

    private static void Preview(DenoisingNetwork network, string path, CancellationToken cancellation)
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
        foreach (SamplingStep step in Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(PreviewCalls)).Walk(denoiser, start))
        {
            cancellation.ThrowIfCancellationRequested();
            if (step.PreviousTimestep == 0)
            {
                PictureGrid.Save(path, step.Next, columns: 10, scale: 4);
            }
        }
    }
}
