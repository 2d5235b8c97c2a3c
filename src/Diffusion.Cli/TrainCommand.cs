using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm train</c>: trains a network on a data set, with checkpoints that a stopped training goes on from.</summary>
internal static class TrainCommand
{
    private const int PreviewCalls = 20, PreviewPictures = 40;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = $"One of {DataSet.Names}.", Required = true };
        var options = new DataOptions();
        var output = new Option<string>("--out", "-o") { Description = "The checkpoint: weights, average, optimizer and plan, as safetensors.", Required = true };
        var weights = new Option<string?>("--weights") { Description = "Also write the averaged weights alone, at the end, in float16: what ships." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint, with the plan that stands in it." };
        var steps = new Option<int>("--steps") { Description = "How many updates.", DefaultValueFactory = _ => 10_000 };
        var batch = new Option<int>("--batch") { Description = "Samples an update.", DefaultValueFactory = _ => 64 };
        var rate = new Option<double>("--learning-rate") { Description = "The largest learning rate.", DefaultValueFactory = _ => 1e-3 };
        var decay = new Option<double>("--average") { Description = "How much of the averaged weights an update keeps.", DefaultValueFactory = _ => 0.999 };
        var levels = new Option<string>("--levels") { Description = "Which noise levels to train at: cosine, cosine-1.5 or uniform:-8:8.", DefaultValueFactory = _ => "cosine" };
        var minSnr = new Option<double?>("--min-snr") { Description = "γ of min-SNR weighting; absent for the plain MSE." };
        var target = new Option<string>("--target") { Description = "What the network predicts: noise, sample or velocity.", DefaultValueFactory = _ => "velocity" };
        var channels = new Option<int>("--base") { Description = "The features of the UNet's first level.", DefaultValueFactory = _ => 32 };
        var multipliers = new Option<string>("--multipliers") { Description = "The features of each level as multiples.", DefaultValueFactory = _ => "1,2,4" };
        var blocks = new Option<int>("--blocks") { Description = "Residual blocks a level.", DefaultValueFactory = _ => 1 };
        var attention = new Option<string>("--attention") { Description = "The sides at which pixels attend to each other.", DefaultValueFactory = _ => "8" };
        var dropout = new Option<double>("--dropout") { Description = "The probability that training drops a feature.", DefaultValueFactory = _ => 0 };
        var unconditional = new Option<bool>("--unconditional") { Description = "Do not tell the network the labels." };
        var seed = new Option<int>("--seed") { Description = "Equal seeds give equal trainings, on any number of threads.", DefaultValueFactory = _ => 0 };
        var compute = new Option<string>("--compute") { Description = "fastest, float32 or bfloat16.", DefaultValueFactory = _ => "fastest" };
        var every = new Option<int>("--every") { Description = "Updates between two checkpoints.", DefaultValueFactory = _ => 500 };
        var preview = new Option<string?>("--preview") { Description = "A PNG of samples, written with every checkpoint." };
        var command = new Command("train", "Trains a network on a data set. Killed at any moment, it goes on with --resume.")
        {
            data, options.Count, options.Seed, options.Side, options.Channels, output, weights, resume, steps, batch, rate, decay, levels, minSnr, target,
            channels, multipliers, blocks, attention, dropout, unconditional, seed, compute, every, preview,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(BadInput.Report(() =>
        {
            using DataSet all = options.Open(parsed.GetRequiredValue(data), parsed);
            var (training, heldOut) = all.Divide();
            heldOut.Dispose();
            using (training)
            {
                string path = parsed.GetRequiredValue(output);
                if (parsed.GetValue(resume))
                {
                    using Trainer resumed = ResumeFrom(path, training);
                    return Run(resumed, path, parsed.GetValue(weights), parsed.GetValue(every), parsed.GetValue(preview), cancellation);
                }

                if (File.Exists(path))
                {
                    throw new InvalidInputException("--out", $"{path}, which exists", "a new file, or --resume to go on with this one");
                }

                int classes = training.Labels is null || parsed.GetValue(unconditional) ? 0 : training.Classes.Count;
                PredictionTarget predicted = Enum.TryParse(parsed.GetValue(target), ignoreCase: true, out PredictionTarget named) && Enum.IsDefined(named)
                    ? named
                    : throw new InvalidInputException("--target", $"\"{parsed.GetValue(target)}\"", "noise, sample or velocity");
                DenoisingNetwork network = training.ArePictures
                    ? new UNet(
                        new()
                        {
                            Channels = (int)training.Samples.shape[1],
                            Size = (int)training.Samples.shape[2],
                            BaseChannels = parsed.GetValue(channels),
                            Multipliers = Numbers.Whole("--multipliers", parsed.GetValue(multipliers)!),
                            BlocksPerLevel = parsed.GetValue(blocks),
                            AttentionSizes = Numbers.Whole("--attention", parsed.GetValue(attention)!),
                            Dropout = parsed.GetValue(dropout),
                            Classes = classes,
                            Target = predicted,
                        },
                        parsed.GetValue(seed))
                    : new PointMlp(new() { Classes = classes, Target = predicted }, parsed.GetValue(seed));
                using (network)
                {
                    using var trainer = new Trainer(network, training.Samples, classes == 0 ? null : training.Labels, new()
                    {
                        Steps = parsed.GetValue(steps),
                        Batch = parsed.GetValue(batch),
                        LearningRate = parsed.GetValue(rate),
                        AverageDecay = parsed.GetValue(decay),
                        Levels = LevelDistribution.Parse(parsed.GetValue(levels)!),
                        MinSnr = parsed.GetValue(minSnr),
                        Compute = ComputeOption.Read(parsed.GetValue(compute)!),
                        Seed = parsed.GetValue(seed),
                    });
                    return Run(trainer, path, parsed.GetValue(weights), parsed.GetValue(every), parsed.GetValue(preview), cancellation);
                }
            }
        })));
        return command;
    }

    /// <summary>A training without labels may be of data that has some.</summary>
    private static Trainer ResumeFrom(string path, DataSet training)
    {
        bool conditional;
        using (DenoisingNetwork network = DenoisingNetwork.Load(path))
        {
            conditional = network.Classes > 0;
        }

        return Trainer.Resume(path, training.Samples, conditional ? training.Labels : null);
    }

    private static int Run(Trainer trainer, string path, string? weights, int every, string? preview, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        double sum = 0;
        int count = 0, begun = trainer.Step;
        Console.WriteLine($"{trainer.Network.ParameterCount} parameters; updates {begun + 1} to {trainer.Plan.Steps} of {trainer.Plan.Batch} samples");
        using (var line = new ProgressLine())
        {
            foreach (TrainingProgress progress in trainer.Run(path, every))
            {
                sum += progress.Loss;
                count++;
                line.Show(string.Create(CultureInfo.InvariantCulture,
                    $"update {progress.Step} of {progress.Steps}, loss {progress.Loss:0.0000}, {progress.SamplesPerSecond:0} samples/s, {progress.TimeLeft.TotalMinutes:0.0} min left"));
                if (progress.Step % every == 0 || progress.Step == progress.Steps)
                {
                    line.Dispose();
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"update {progress.Step}: mean loss {sum / count:0.00000}, {progress.SamplesPerSecond:0} samples/s, {clock.Elapsed.TotalMinutes:0.0} min"));
                    (sum, count) = (0, 0);
                    if (preview is not null)
                    {
                        Preview(trainer.Average, preview);
                    }
                }

                if (cancellation.IsCancellationRequested)
                {
                    trainer.Save(path);
                    Console.Error.WriteLine($"ddm: stopped after update {progress.Step}; --resume goes on from {path}.");
                    return 130;
                }
            }
        }

        if (weights is not null)
        {
            trainer.Average.Save(weights, ScalarType.Float16);
            Console.WriteLine($"{weights}: {new FileInfo(weights).Length / 1e6:0.00} MB");
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
        Tensor start = Sampler.Start([PreviewPictures, .. network.SampleShape], 1);
        Tensor samples = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(PreviewCalls)).Run(denoiser, start).Sample;
        PictureGrid.Save(path, samples, columns: 10, scale: 4);
    }
}
