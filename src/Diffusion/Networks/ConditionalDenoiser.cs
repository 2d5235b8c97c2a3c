using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A network asked for classes, with classifier-free guidance (Ho &amp; Salimans 2022).</summary>
internal sealed class ConditionalDenoiser : IDenoiser
{
    private readonly DenoisingNetwork network;
    private readonly long[] labels;
    private readonly double guidance;

    public ConditionalDenoiser(DenoisingNetwork network, long[] labels, double guidance)
    {
        InvalidInputException.Require(
            network.Classes > 0, "label", string.Join(", ", labels), "nothing: this network was trained without classes");
        foreach (long label in labels)
        {
            InvalidInputException.Require(
                label >= 0 && label < network.Classes, "label", $"{label}", $"a class in 0..{network.Classes - 1}");
        }

        InvalidInputException.Require(
            double.IsFinite(guidance), nameof(guidance), FormattableString.Invariant($"{guidance}"), "a finite number");
        this.network = network;
        this.labels = labels;
        this.guidance = guidance;
    }

    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        int n = (int)x.shape[0];
        InvalidInputException.Require(labels.Length == 1 || labels.Length == n,
            nameof(labels), $"{labels.Length} classes for {n} samples", "one class, or one for each sample");
        using var scope = NewDisposeScope();
        var asked = labels.Length == n ? tensor(labels) : tensor(labels).expand(n);
        var none = tensor([(long)network.Classes]).expand(n);
        Tensor answer;
        if (guidance is 0 or 1)
        {
            answer = network.Predict(x, level, guidance == 0 ? none : asked).Value;
        }
        else
        {
            Tensor[] both = network.Predict(cat([x, x]), level, cat([asked, none])).Value.split(n, 0);
            answer = SafeScalars.Combine(guidance, both[0], 1 - guidance, both[1]);
        }

        return new(network.Target, answer.MoveToOuterDisposeScope());
    }
}
