using System.Diagnostics;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Trains a network: gradient descent on the <see cref="DenoisingLoss"/> (Ho et al. 2020, algorithm 1) by AdamW, and an average
/// of the weights, which is what samples best.
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
    private const int RecentSteps = 50;

    private readonly Tensor samples;
    private readonly Tensor? labels;
    private readonly BatchSource source;
    private readonly Lazy<string> fingerprint;

    /// <summary>Begins a training; nothing is computed yet.</summary>
    /// <param name="network">The network, which is trained in place and stays the caller's.</param>
    /// <param name="samples">[M, …] in float32: pictures in [−1, 1] or points. They stay the caller's and must not change.</param>
    /// <param name="labels">[M] in int64, for a network with classes.</param>
    /// <param name="config">How to train.</param>
    /// <exception cref="InvalidInputException">The samples, the labels or the plan do not fit the network.</exception>
    public Trainer(DenoisingNetwork network, Tensor samples, Tensor? labels = null, TrainingConfig? config = null)
        : this(network, samples, labels, config ?? new(), step: 0)
    {
    }

    /// <summary>A training that has made some updates already.</summary>
    internal Trainer(DenoisingNetwork network, Tensor samples, Tensor? labels, TrainingConfig config, int step)
    {
        config.Validate();
        RequireData(network, samples, labels);
        Config = config;
        Network = network;
        Step = step;
        this.samples = samples.alias().DetachFromDisposeScope();
        this.labels = labels?.alias().DetachFromDisposeScope();
        Weights = new(network);
        Ema = network.NewLike();
        Ema.Precision = network.Precision;
        EmaWeights = new(Ema);
        EmaWeights.Values.copy_(Weights.Values);
        Optimizer = new(Weights.MatrixMask().DetachFromDisposeScope(), config.WeightDecay);
        source = new(this.samples, this.labels, config, network.Classes);
        fingerprint = new(() => Fingerprint.Of(this.labels is null ? [this.samples] : [this.samples, this.labels]));
    }

    /// <summary>How the network is trained.</summary>
    public TrainingConfig Config { get; }

    /// <summary>The network that is trained.</summary>
    public DenoisingNetwork Network { get; }

    /// <summary>
    /// The same network with averaged weights: w̄ ← d·w̄ + (1−d)·w after every update, where d rises to
    /// <see cref="TrainingConfig.EmaDecay"/> as (1 + step)/(10 + step). It follows the training and belongs to the trainer.
    /// </summary>
    public DenoisingNetwork Ema { get; }

    /// <summary>The updates so far.</summary>
    public int Step { get; private set; }

    internal FlatParameters Weights { get; }

    internal FlatParameters EmaWeights { get; }

    internal AdamW Optimizer { get; }

    internal string DataFingerprint => fingerprint.Value;

    /// <summary>Goes on with a training from its checkpoint, to the same losses as if it had never stopped.</summary>
    /// <param name="path">A checkpoint that <see cref="Save"/> or <see cref="Run"/> wrote.</param>
    /// <param name="samples">The samples of that training.</param>
    /// <param name="labels">The labels of that training; ignored if its network has no classes.</param>
    /// <param name="steps">
    /// Another end of the plan than its own, for a training that is to go on beyond it. The learning rate is then that of the new plan.
    /// </param>
    /// <exception cref="InvalidInputException">The file is no checkpoint, or the samples or the end do not fit that training.</exception>
    public static Trainer Resume(string path, Tensor samples, Tensor? labels = null, int? steps = null) =>
        TrainingCheckpoint.Resume(path, samples, labels, steps);

    /// <summary>Writes the weights, their average, the optimizer's state, the plan and the step; <see cref="Resume"/> reads them.</summary>
    /// <param name="path">The file, which is replaced in one move.</param>
    public void Save(string path) => TrainingCheckpoint.Save(path, this);

    /// <summary>Trains to the end of the plan, and yields after every update.</summary>
    /// <param name="checkpoint">Where to save; null for nowhere. The file is whole at any moment.</param>
    /// <param name="every">Updates between two saves. The last update is always saved.</param>
    /// <param name="cancellation">Ends it in the midst of an update, of which nothing is left.</param>
    /// <exception cref="TrainingStoppedException">The loss or the gradient is not finite.</exception>
    public IEnumerable<TrainingProgress> Run(string? checkpoint = null, int every = 500, CancellationToken cancellation = default)
    {
        Require(every >= 1, nameof(every), $"{every}", "1 update or more");
        return Updates(checkpoint, every, cancellation);
    }

    /// <summary>Ends the training. The network keeps its weights; the average is gone.</summary>
    public void Dispose()
    {
        source.Dispose();
        Optimizer.Dispose();
        EmaWeights.Dispose();
        Weights.Dispose();
        Ema.Dispose();
        samples.Dispose();
        labels?.Dispose();
    }

    private IEnumerable<TrainingProgress> Updates(string? checkpoint, int every, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var recent = new Queue<(int Step, TimeSpan Time)>([(Step, TimeSpan.Zero)]);
        string? saved = null;
        while (Step < Config.Steps)
        {
            int step = Step + 1;
            var (loss, norm) = Update(step, cancellation);
            if (!double.IsFinite(loss) || !double.IsFinite(norm))
            {
                throw new TrainingStoppedException(step, loss, saved);
            }

            Step = step;
            if (checkpoint is not null && (step % every == 0 || step == Config.Steps))
            {
                Save(checkpoint);
                saved = checkpoint;
            }

            var (earlier, then) = recent.Peek();
            TimeSpan now = clock.Elapsed, each = (now - then) / (step - earlier);
            yield return new(step, Config.Steps, loss, Config.LearningRateAt(step), norm, Config.BatchSize / each.TotalSeconds, now)
            {
                TimeLeft = each * (Config.Steps - step),
            };
            recent.Enqueue((step, clock.Elapsed));
            if (recent.Count > RecentSteps)
            {
                recent.Dequeue();
            }
        }
    }

    /// <summary>One update, unless its loss or gradient is not finite.</summary>
    private (double Loss, double GradientNorm) Update(int step, CancellationToken cancellation)
    {
        using Batch batch = source.Draw(step);
        int parts = (Config.BatchSize + Config.MicroBatch - 1) / Config.MicroBatch;
        var (loss, gradient) = Weights.Differentiate(parts, part =>
        {
            cancellation.ThrowIfCancellationRequested();
            using Generator dropout = source.Dropout(step, part);
            int begin = part * Config.MicroBatch, count = Math.Min(Config.MicroBatch, Config.BatchSize - begin);
            return DenoisingLoss.Of(Network, batch.Part(begin, count), Config, dropout);
        });

        // The order of a sum over the vector must not depend on the number of threads.
        using var oneThread = TorchThreads.Use(1);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var owned = gradient;
        double norm = gradient.norm().item<float>();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            return (loss, norm);
        }

        if (norm > Config.GradientClip)
        {
            gradient.ScaleInPlace(Config.GradientClip / norm);
        }

        Optimizer.Update(Weights.Values, gradient, Config.LearningRateAt(step), step);
        double kept = Math.Min(Config.EmaDecay, (1.0 + step) / (10 + step));
        EmaWeights.Values.ScaleInPlace(kept).AddInPlace(Weights.Values, 1 - kept);
        return (loss, norm);
    }

    private static void RequireData(DenoisingNetwork network, Tensor samples, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        bool fits = samples.dim() >= 2 && samples.shape[0] > 0 && samples.shape.Skip(1).SequenceEqual(network.SampleShape);
        Require(samples.dtype == ScalarType.Float32 && fits, nameof(samples),
            $"{samples.dtype} of shape {TensorShapes.Text(samples)}", $"Float32 of shape [M, {string.Join(", ", network.SampleShape)}]");
        Require(samples.isfinite().all().item<bool>(), nameof(samples), "NaN or an infinity", "finite numbers");
        if (labels is null)
        {
            Require(network.Classes == 0, nameof(labels), "none", $"one for each sample, for a network with {network.Classes} classes");
            return;
        }

        Require(network.Classes > 0, nameof(labels), "labels", "none, for a network without classes");
        Require(labels.dtype == ScalarType.Int64 && labels.shape.SequenceEqual([samples.shape[0]]),
            nameof(labels), $"{labels.dtype} of shape {TensorShapes.Text(labels)}", $"Int64 of shape [{samples.shape[0]}]");
        long min = labels.min().item<long>(), max = labels.max().item<long>();
        Require(min >= 0 && max < network.Classes,
            nameof(labels), $"{min} to {max}", $"0 to {network.Classes - 1}, the classes of the network");
    }
}
