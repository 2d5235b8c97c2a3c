using static TorchSharp.torch;

namespace Diffusion;

/// <summary>One update's draw, or a part of it.</summary>
/// <param name="Samples">x0, [N, …].</param>
/// <param name="Noise">ε, [N, …].</param>
/// <param name="Levels">N noise levels.</param>
/// <param name="Labels">[N], hidden ones as the number of classes; null without labels.</param>
internal sealed record Batch(Tensor Samples, Tensor Noise, NoiseLevel[] Levels, Tensor? Labels) : IDisposable
{
    /// <summary>Some of the batch, as views of it.</summary>
    public Batch Part(int begin, int count) => new(
        Samples.narrow(0, begin, count), Noise.narrow(0, begin, count), Levels[begin..(begin + count)], Labels?.narrow(0, begin, count));

    public void Dispose()
    {
        Samples.Dispose();
        Noise.Dispose();
        Labels?.Dispose();
    }
}

/// <summary>
/// What every update draws (Ho et al. 2020, algorithm 1, lines 2 to 4): which samples, at which noise levels, with which noise.
/// All of it follows from the seed and the number of the update, so a training that resumes draws what it would have drawn.
/// </summary>
internal sealed class BatchSource(Tensor samples, Tensor? labels, TrainingConfig config, int classes) : IDisposable
{
    private (long Epoch, Tensor Order)? epoch;

    /// <summary>The batch of an update.</summary>
    /// <param name="step">The number of the update, from 1.</param>
    public Batch Draw(int step)
    {
        using var scope = NewDisposeScope();
        using Generator random = Random(Purpose.Batch, step);
        var index = Order(step);
        var noise = randn([config.BatchSize, .. samples.shape.Skip(1)], generator: random);

        // One u in each of N equal parts of (0, 1), which keeps the mean over levels steadier than independent ones do
        // (Kingma et al. 2021, appendix I.1).
        double first = rand([1], generator: random).item<float>();
        NoiseLevel[] levels = [.. Enumerable.Range(0, config.BatchSize).Select(i => config.Levels.Level((i + first) / config.BatchSize))];
        Tensor? asked = null;
        if (labels is not null)
        {
            var hidden = rand([config.BatchSize], generator: random).Below(config.LabelDropout);
            asked = labels.index_select(0, index).FillWhereInPlace(hidden, classes).MoveToOuterDisposeScope();
        }

        return new(samples.index_select(0, index).MoveToOuterDisposeScope(), noise.MoveToOuterDisposeScope(), levels, asked);
    }

    /// <summary>Where dropout draws from, for a part of a batch.</summary>
    public Generator Dropout(int step, int part) => Random(Purpose.Dropout, ((long)step << 20) + part);

    public void Dispose() => epoch?.Order.Dispose();

    /// <summary>Which samples: every one once in each epoch, in an order of its own.</summary>
    private Tensor Order(int step)
    {
        long count = samples.shape[0], begin = (long)(step - 1) * config.BatchSize;
        var parts = new List<Tensor>();
        for (long taken = 0; taken < config.BatchSize;)
        {
            long at = begin + taken, place = at % count, length = Math.Min(config.BatchSize - taken, count - place);
            parts.Add(Shuffled(at / count).narrow(0, place, length));
            taken += length;
        }

        return cat(parts);
    }

    private Tensor Shuffled(long number)
    {
        if (epoch?.Epoch != number)
        {
            epoch?.Order.Dispose();
            using Generator random = Random(Purpose.Epoch, number);
            epoch = (number, randperm(samples.shape[0], ScalarType.Int64, generator: random).DetachFromDisposeScope());
        }

        return epoch.Value.Order;
    }

    /// <summary>A stream of its own for each purpose and number.</summary>
    private Generator Random(Purpose purpose, long number) => new(SplitMix.Seed((uint)config.Seed, (ulong)purpose, (ulong)number), CPU);

    private enum Purpose
    {
        Batch,
        Epoch,
        Dropout,
    }
}
