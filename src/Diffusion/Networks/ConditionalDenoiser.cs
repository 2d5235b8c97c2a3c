using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>A network asked for classes, with classifier-free guidance.</summary>
internal sealed class ConditionalDenoiser : IDenoiser
{
    private readonly DenoisingNetwork network;
    private readonly long[] labels;
    private readonly double guidance;

    public ConditionalDenoiser(DenoisingNetwork network, long[] labels, double guidance)
    {
        if (network.Classes == 0)
        {
            throw new InvalidInputException("label", string.Join(", ", labels), "nothing: this network was trained without classes");
        }

        foreach (long label in labels)
        {
            if (label < 0 || label >= network.Classes)
            {
                throw new InvalidInputException("label", $"{label}", $"a class in 0..{network.Classes - 1}");
            }
        }

        if (!double.IsFinite(guidance))
        {
            throw new InvalidInputException("guidance", FormattableString.Invariant($"{guidance}"), "a finite number");
        }

        this.network = network;
        this.labels = labels;
        this.guidance = guidance;
    }

    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        int n = (int)x.shape[0];
        if (labels.Length != 1 && labels.Length != n)
        {
            throw new InvalidInputException("labels", $"{labels.Length} classes for {n} samples", "one class, or one for each sample");
        }

        using var scope = NewDisposeScope();
        var asked = tensor(labels.Length == n ? labels : [.. Enumerable.Repeat(labels[0], n)]);
        var none = tensor([.. Enumerable.Repeat((long)network.Classes, n)]);
        if (guidance is 0 or 1)
        {
            return Outwards(network.Predict(x, level, guidance == 0 ? none : asked));
        }

        Tensor[] answers = network.Predict(cat([x, x]), level, cat([asked, none])).Value.split(n, 0);
        return Outwards(new(network.Target, answers[0].Times(guidance).AddInPlace(answers[1], 1 - guidance)));

        static Prediction Outwards(Prediction prediction)
        {
            prediction.Value.MoveToOuterDisposeScope();
            return prediction;
        }
    }
}
