using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>AdamW on one vector (Loshchilov &amp; Hutter 2019, algorithm 2).</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8;
    private readonly Tensor decays;
    private readonly double decay;

    /// <param name="decays">[P], 1 where the weight decay applies and 0 elsewhere; this object takes it over.</param>
    /// <param name="decay">The weight decay.</param>
    public AdamW(Tensor decays, double decay)
    {
        this.decays = decays;
        this.decay = decay;
        Mean = zeros_like(decays).DetachFromDisposeScope();
        Square = zeros_like(decays).DetachFromDisposeScope();
    }

    /// <summary>m, the running mean of the gradient, [P].</summary>
    public Tensor Mean { get; }

    /// <summary>v, the running mean of its square, [P].</summary>
    public Tensor Square { get; }

    /// <summary>One update in place.</summary>
    /// <param name="values">θ, [P].</param>
    /// <param name="gradient">g, [P].</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the update, from 1.</param>
    public void Update(Tensor values, Tensor gradient, double rate, int step)
    {
        using var scope = NewDisposeScope();
        values.AddProductInPlace(values, decays, -rate * decay);
        Mean.ScaleInPlace(Beta1).AddInPlace(gradient, 1 - Beta1);
        Square.ScaleInPlace(Beta2).AddProductInPlace(gradient, gradient, 1 - Beta2);
        var root = Square.Times(1 / (1 - Math.Pow(Beta2, step))).sqrt_().AddInPlace(Epsilon);
        values.AddQuotientInPlace(Mean, root, -rate / (1 - Math.Pow(Beta1, step)));
    }

    public void Dispose()
    {
        decays.Dispose();
        Mean.Dispose();
        Square.Dispose();
    }
}
