using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Training;

/// <summary>
/// What every update draws: which samples, at which noise levels, with which noise. All of it follows from the seed and the
/// number of the update, so a training that resumes draws what it would have drawn.
/// </summary>
internal sealed class BatchSource(Tensor samples, Tensor? labels, TrainingPlan plan, int classes) : IDisposable
{
    private (long Epoch, Tensor Order)? epoch;

    /// <summary>The batch of an update.</summary>
    /// <param name="step">The number of the update, from 1.</param>
    public Batch Draw(int step)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(Seed(Purpose.Batch, step), CPU);
        var index = Order(step);
        var noise = randn([plan.Batch, .. samples.shape.Skip(1)], generator: random);

        // One u in each of N equal parts of (0, 1), which keeps the mean over levels steadier than independent ones do
        // (Kingma et al. 2021, appendix I.1).
        double first = rand([1], generator: random).item<float>();
        NoiseLevel[] levels = [.. Enumerable.Range(0, plan.Batch).Select(i => plan.Levels.Level((i + first) / plan.Batch))];
        Tensor? asked = null;
        if (labels is not null)
        {
            using Scalar share = plan.HideLabel;
            var hidden = rand([plan.Batch], generator: random).lt(share);
            using Scalar none = classes;
            asked = labels.index_select(0, index).masked_fill_(hidden, none).MoveToOuterDisposeScope();
        }

        return new(samples.index_select(0, index).MoveToOuterDisposeScope(), noise.MoveToOuterDisposeScope(), levels, asked);
    }

    /// <summary>Where dropout draws from, for a part of a batch.</summary>
    public Generator Dropout(int step, int part) => new(Seed(Purpose.Dropout, ((long)step << 20) + part), CPU);

    public void Dispose() => epoch?.Order.Dispose();

    /// <summary>Which samples: every one once in each epoch, in an order of its own.</summary>
    private Tensor Order(int step)
    {
        long count = samples.shape[0], begin = (long)(step - 1) * plan.Batch;
        var parts = new List<Tensor>();
        for (long taken = 0; taken < plan.Batch;)
        {
            long at = begin + taken, place = at % count, length = Math.Min(plan.Batch - taken, count - place);
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
            using var random = new Generator(Seed(Purpose.Epoch, number), CPU);
            epoch = (number, randperm(samples.shape[0], ScalarType.Int64, generator: random).DetachFromDisposeScope());
        }

        return epoch.Value.Order;
    }

    /// <summary>A seed for each purpose and number, far from its neighbours' (SplitMix64, Steele et al. 2014).</summary>
    private ulong Seed(Purpose purpose, long number)
    {
        ulong z = Mix(Mix(Mix((uint)plan.Seed) + (ulong)purpose) + (ulong)number);
        return z;

        static ulong Mix(ulong x)
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    private enum Purpose
    {
        Batch,
        Epoch,
        Dropout,
    }
}
