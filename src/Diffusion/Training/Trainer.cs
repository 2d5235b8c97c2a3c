using System.Diagnostics;
using Diffusion.Files;
using Diffusion.Networks;
using Diffusion.Training;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Trains a network: the MSE of its prediction over noise levels (Ho et al. 2020, algorithm 1, with levels in place of
/// timesteps), AdamW, and an average of the weights, which is what samples best.
/// </summary>
/// <remarks>
/// <code>
/// using var trainer = new Trainer(new UNet(new() { Channels = 1, Size = 16 }), digits.Pictures);
/// foreach (var progress in trainer.Run()) { … }
/// </code>
/// A training is a lazy sequence: it goes as far as the loop does. Equal seeds give equal losses, on any number of threads.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private const string WeightsPrefix = "model.", MeanPrefix = "optimizer.mean.", SquarePrefix = "optimizer.square.";

    private readonly Tensor samples;
    private readonly Tensor? labels;
    private readonly FlatParameters weights;
    private readonly FlatParameters average;
    private readonly AdamW optimizer;
    private readonly BatchSource source;
    private readonly Lazy<string> fingerprint;

    /// <summary>Begins a training; nothing is computed yet.</summary>
    /// <param name="network">The network, which is trained in place and stays the caller's.</param>
    /// <param name="samples">[M, …] in float32: pictures in [−1, 1] or points. They stay the caller's and must not change.</param>
    /// <param name="labels">[M] in int64, for a network with classes.</param>
    /// <param name="plan">How to train.</param>
    /// <exception cref="InvalidInputException">The samples, the labels or the plan do not fit the network.</exception>
    public Trainer(DenoisingNetwork network, Tensor samples, Tensor? labels = null, TrainingPlan? plan = null)
    {
        Plan = plan ?? new();
        Plan.Validate();
        Check(network, samples, labels);
        Network = network;
        this.samples = samples.alias().DetachFromDisposeScope();
        this.labels = labels?.alias().DetachFromDisposeScope();
        weights = new(network);
        Average = network.Sibling();
        Average.Compute = network.Compute;
        average = new(Average);
        average.Values.copy_(weights.Values);
        optimizer = new(weights.MatrixMask().DetachFromDisposeScope(), Plan.WeightDecay);
        source = new(this.samples, this.labels, Plan, network.Classes);
        fingerprint = new(() => Fingerprint.Of(this.labels is null ? [this.samples] : [this.samples, this.labels]));
    }

    /// <summary>How the network is trained.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The network that is trained.</summary>
    public DenoisingNetwork Network { get; }

    /// <summary>
    /// The same network with averaged weights: w̄ ← d·w̄ + (1−d)·w after every update, where d rises to
    /// <see cref="TrainingPlan.AverageDecay"/> as (1 + step)/(10 + step). It follows the training and belongs to the trainer.
    /// </summary>
    public DenoisingNetwork Average { get; }

    /// <summary>The updates so far.</summary>
    public int Step { get; private set; }

    private int Parts => (Plan.Batch + Plan.Part - 1) / Plan.Part;

    /// <summary>Goes on with a training from its checkpoint, to the same losses as if it had never stopped.</summary>
    /// <param name="path">A checkpoint that <see cref="Save"/> or <see cref="Run"/> wrote.</param>
    /// <param name="samples">The samples of that training.</param>
    /// <param name="labels">The labels of that training; ignored if its network has no classes.</param>
    /// <exception cref="InvalidInputException">The file is no checkpoint, or the samples are not those of that training.</exception>
    public static Trainer Resume(string path, Tensor samples, Tensor? labels = null)
    {
        using SafetensorsFile file = Safetensors.Load(path);
        var state = NetworkFormat.Parse<TrainingState>(path, NetworkFormat.TrainingKey, NetworkFormat.Text(path, file, NetworkFormat.TrainingKey));
        DenoisingNetwork network = NetworkFormat.Read(path, file, WeightsPrefix);
        Trainer? trainer = null;
        try
        {
            // A training without labels may be of data that has some.
            trainer = new Trainer(network, samples, network.Classes == 0 ? null : labels, state.Plan);
            if (state.Step < 0 || state.Step > state.Plan.Steps)
            {
                throw new InvalidInputException($"{path}, step", $"{state.Step}", $"0 to the {state.Plan.Steps} of its plan");
            }

            if (state.Data != trainer.fingerprint.Value)
            {
                throw new InvalidInputException("samples", "other data than this training began with", $"the data of {path}");
            }

            trainer.Step = state.Step;
            using var noGradient = no_grad();
            foreach (var (prefix, vector) in trainer.Vectors)
            {
                foreach (var (name, view) in trainer.weights.Split(vector))
                {
                    using Tensor target = view, values = NetworkFormat.Find(path, file, prefix + name, view.shape);
                    target.copy_(values);
                }
            }

            return trainer;
        }
        catch
        {
            trainer?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end of the plan, and yields after every update.</summary>
    /// <param name="checkpoint">Where to save; null for nowhere. The file is whole at any moment.</param>
    /// <param name="every">Updates between two saves. The last update is always saved.</param>
    /// <exception cref="TrainingStoppedException">The loss or the gradient is not finite.</exception>
    public IEnumerable<TrainingProgress> Run(string? checkpoint = null, int every = 500)
    {
        if (every < 1)
        {
            throw new InvalidInputException(nameof(every), $"{every}", "1 update or more");
        }

        return Updates(checkpoint, every);
    }

    /// <summary>Writes the weights, their average, the optimizer's state, the plan and the step; <see cref="Resume"/> reads them.</summary>
    /// <param name="path">The file, which is replaced in one move.</param>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, string> metadata = NetworkFormat.Describe(Network);
        metadata[NetworkFormat.TrainingKey] = NetworkFormat.Write(new TrainingState(Step, Plan, fingerprint.Value));
        Safetensors.Save(
            path,
            Vectors.SelectMany(pair => weights.Split(pair.Vector).Select(part => (Name: pair.Prefix + part.Name, part.View)))
                .ToDictionary(part => part.Name, part => part.View),
            metadata);
    }

    /// <summary>Ends the training. The network keeps its weights; the average is gone.</summary>
    public void Dispose()
    {
        source.Dispose();
        optimizer.Dispose();
        average.Dispose();
        weights.Dispose();
        Average.Dispose();
        samples.Dispose();
        labels?.Dispose();
    }

    private (string Prefix, Tensor Vector)[] Vectors =>
    [
        (WeightsPrefix, weights.Values),
        (NetworkFormat.AveragePrefix, average.Values),
        (MeanPrefix, optimizer.Mean),
        (SquarePrefix, optimizer.Square),
    ];

    private IEnumerable<TrainingProgress> Updates(string? checkpoint, int every)
    {
        var clock = Stopwatch.StartNew();
        var recent = new Queue<(int Step, TimeSpan Time)>([(Step, TimeSpan.Zero)]);
        string? saved = null;
        while (Step < Plan.Steps)
        {
            int step = Step + 1;
            var (loss, norm) = Update(step);
            if (!double.IsFinite(loss) || !double.IsFinite(norm))
            {
                throw new TrainingStoppedException(step, loss, saved);
            }

            Step = step;
            if (checkpoint is not null && (step % every == 0 || step == Plan.Steps))
            {
                Save(checkpoint);
                saved = checkpoint;
            }

            var (earlier, then) = recent.Peek();
            TimeSpan now = clock.Elapsed, each = (now - then) / (step - earlier);
            yield return new(step, Plan.Steps, loss, Plan.LearningRateAt(step), norm, Plan.Batch / each.TotalSeconds, now)
            {
                TimeLeft = each * (Plan.Steps - step),
            };
            recent.Enqueue((step, clock.Elapsed));
            if (recent.Count > 50)
            {
                recent.Dequeue();
            }
        }
    }

    /// <summary>One update, unless its loss or gradient is not finite.</summary>
    private (double Loss, double GradientNorm) Update(int step)
    {
        using Batch batch = source.Draw(step);
        var losses = new double[Parts];
        var gradients = new Tensor[Parts];
        try
        {
            SingleThreadWorkers.Run(Parts, part => (losses[part], gradients[part]) = Gradient(batch, step, part));
            double loss = losses.Sum(), norm = 0;

            // On a worker, where a sum over the vector has the same order whatever the number of threads.
            SingleThreadWorkers.Run(1, _ =>
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                Tensor gradient = gradients[0];
                foreach (Tensor part in gradients[1..])
                {
                    gradient.AddInPlace(part);
                }

                norm = gradient.norm().item<float>();
                if (!double.IsFinite(loss) || !double.IsFinite(norm))
                {
                    return;
                }

                if (norm > Plan.GradientClip)
                {
                    gradient.ScaleInPlace(Plan.GradientClip / norm);
                }

                optimizer.Update(weights.Values, gradient, Plan.LearningRateAt(step), step);
                double kept = Math.Min(Plan.AverageDecay, (1.0 + step) / (10 + step));
                average.Values.ScaleInPlace(kept).AddInPlace(weights.Values, 1 - kept);
            });
            return (loss, norm);
        }
        finally
        {
            foreach (Tensor? gradient in gradients)
            {
                gradient?.Dispose();
            }
        }
    }

    /// <summary>The part of the batch's loss, and its gradient as one vector that the caller owns.</summary>
    private (double Loss, Tensor Gradient) Gradient(Batch batch, int step, int part)
    {
        using var scope = NewDisposeScope();
        int begin = part * Plan.Part, count = Math.Min(Plan.Part, Plan.Batch - begin);
        NoiseLevel[] levels = batch.Levels[begin..(begin + count)];
        var x0 = batch.Samples.narrow(0, begin, count);
        var noise = batch.Noise.narrow(0, begin, count);
        long[] row = [count, .. Enumerable.Repeat(1L, (int)x0.dim() - 1)];
        var signalRate = PerSample(level => level.SignalRate);
        var noiseRate = PerSample(level => level.NoiseRate);
        var target = Network.Target switch
        {
            PredictionTarget.Noise => noise,
            PredictionTarget.Sample => x0,
            _ => (signalRate * noise).Plus(noiseRate * x0, -1),
        };

        // Each part's share of the mean over the whole batch.
        double each = 1.0 / (Plan.Batch * (x0.numel() / count));
        var weight = PerSample(level => Plan.Weight(Network.Target, level) * each);
        using Generator dropout = source.Dropout(step, part);
        var answer = Network.Forward(
            (signalRate * x0).Plus(noiseRate * noise), PerSample(level => level.LogSnr).view(count), batch.Labels?.narrow(0, begin, count), dropout, Plan.Compute);
        var loss = (answer.Plus(target, -1).Squared() * weight).sum();
        var gradients = autograd.grad([loss], weights.Parameters);
        return (loss.item<float>(), FlatParameters.Gather(gradients).DetachFromDisposeScope());

        Tensor PerSample(Func<NoiseLevel, double> number) => tensor([.. levels.Select(level => (float)number(level))]).view(row);
    }

    private static void Check(DenoisingNetwork network, Tensor samples, Tensor? labels)
    {
        if (samples.dtype != ScalarType.Float32 || samples.dim() < 2 || samples.shape[0] == 0 || !samples.shape.Skip(1).SequenceEqual(network.SampleShape))
        {
            throw new InvalidInputException("samples", $"{samples.dtype} of shape [{string.Join(", ", samples.shape)}]",
                $"Float32 of shape [M, {string.Join(", ", network.SampleShape)}]");
        }

        using var scope = NewDisposeScope();
        if (!samples.isfinite().all().item<bool>())
        {
            throw new InvalidInputException("samples", "NaN or an infinity", "finite numbers");
        }

        if (network.Classes == 0 != labels is null)
        {
            throw new InvalidInputException("labels", labels is null ? "none" : "labels",
                network.Classes == 0 ? "none, for a network without classes" : $"one for each sample, for a network with {network.Classes} classes");
        }

        if (labels is null)
        {
            return;
        }

        if (labels.dtype != ScalarType.Int64 || labels.dim() != 1 || labels.shape[0] != samples.shape[0])
        {
            throw new InvalidInputException("labels", $"{labels.dtype} of shape [{string.Join(", ", labels.shape)}]", $"Int64 of shape [{samples.shape[0]}]");
        }

        long least = labels.min().item<long>(), most = labels.max().item<long>();
        if (least < 0 || most >= network.Classes)
        {
            throw new InvalidInputException("labels", $"{least} to {most}", $"0 to {network.Classes - 1}, the classes of the network");
        }
    }
}
