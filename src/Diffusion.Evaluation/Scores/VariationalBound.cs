using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The variational bound on −log p(x0) of ancestral sampling, term by term in bits a dimension (Ho et al. 2020, eq. 5).
/// With a perfect denoiser and ever more steps it comes down to the data's own entropy.
/// </summary>
/// <param name="Prior">L_T: what is left of x0 in x_T, KL(q(x_T | x0) ‖ N(0, I)).</param>
/// <param name="Transitions">
/// L_{t−1} for each transition, the largest timestep's first: KL(q(x_s | x_t, x0) ‖ p(x_s | x_t)). One fewer than timesteps.
/// </param>
/// <param name="Decoder">L_0: −log p(x0 | x_1), which for real-valued data is a density and may be negative.</param>
/// <param name="StandardError">The standard error of the total, over the samples.</param>
public sealed record VariationalBound(double Prior, IReadOnlyList<double> Transitions, double Decoder, double StandardError)
{
    /// <summary>L_T + Σ L_{t−1} + L_0, in bits a dimension.</summary>
    public double Total => Prior + Transitions.Sum() + Decoder;

    /// <summary>Measures the bound on data, with one noisy version of each sample at each timestep.</summary>
    /// <param name="sampler">An ancestral sampler: its schedule, stride, variance and clipping are the model.</param>
    /// <param name="denoiser">The denoiser; one call a timestep.</param>
    /// <param name="data">x0, [N, …].</param>
    /// <param name="seed">Equal seeds give equal bounds.</param>
    /// <param name="levels">
    /// How many values a pixel can take, evenly in [−1, 1], such as 256: the decoder then gives the probability of the
    /// value's interval (Ho et al. 2020, eq. 13). Null for real-valued data, whose decoder is a density.
    /// </param>
    /// <exception cref="InvalidInputException">The sampler is not ancestral, or levels is below 2.</exception>
    public static VariationalBound Measure(Sampler sampler, IDenoiser denoiser, Tensor data, int seed = 0, int? levels = null)
    {
        if (sampler.Rule is not AncestralRule rule)
        {
            throw new InvalidInputException("sampler", $"the rule {sampler.Rule}", "an ancestral rule, whose steps are distributions");
        }

        if (levels < 2)
        {
            throw new InvalidInputException("levels", $"{levels}", "at least 2");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(seed);
        NoiseSchedule chain = sampler.Schedule.Respace(sampler.Timesteps);
        double? clip = sampler.Clipping.For(data);
        Tensor x0 = data.to(ScalarType.Float64);
        Tensor prior = PerSample(PriorTerm(x0, chain.Level(chain.T)));
        Tensor total = prior.clone();
        var transitions = new List<double>();
        for (int k = chain.T; k > 1; k--)
        {
            Tensor term = AtLevel(k, (sample, transition) => TransitionTerm(rule, x0, sample, transition));
            transitions.Add(term.mean().item<double>());
            total.AddInPlace(term);
            term.Dispose();
        }

        Tensor decoder = AtLevel(1, (sample, transition) => DecoderTerm(x0, sample, Math.Sqrt(DecoderVariance(rule, chain)), levels));
        total.AddInPlace(decoder);
        double error = data.shape[0] > 1 ? total.std().item<double>() / Math.Sqrt(data.shape[0]) : double.NaN;
        return new(prior.mean().item<double>(), transitions, decoder.mean().item<double>(), error);

        Tensor AtLevel(int k, Func<Tensor, Transition, Tensor> term)
        {
            using var inner = NewDisposeScope();
            Transition transition = chain.Transition(k, k - 1);
            Tensor epsilon = empty_like(data);
            noise.Fill(chain.T - k, epsilon);
            Tensor x = Combine(transition.From.SignalRate, data, transition.From.NoiseRate, epsilon);
            using Prediction prediction = denoiser.Predict(x, transition.From);
            Tensor sample = prediction.EstimatedSample(x, transition.From);
            if (clip is { } limit)
            {
                sample = sample.Clamped(limit);
            }

            return PerSample(term(sample.to(ScalarType.Float64), transition)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Nats of each number → bits a dimension of each sample, [N].</summary>
    private static Tensor PerSample(Tensor nats) => nats.reshape(nats.shape[0], -1).mean([1]).Times(1 / Math.Log(2));

    /// <summary>KL(N(√ᾱ·x0, 1−ᾱ) ‖ N(0, 1)).</summary>
    private static Tensor PriorTerm(Tensor x0, NoiseLevel last) =>
        x0.Squared().AddInPlace(-1).ScaleInPlace(0.5 * last.AlphaBar).AddInPlace(-0.5 * Math.Log(last.OneMinusAlphaBar));

    /// <summary>KL(N(μ̃(x_t, x0), β̃) ‖ N(μ̃(x_t, x̂0), σ²)); the two means differ by √ᾱ_s·β/(1−ᾱ_t)·(x0 − x̂0).</summary>
    private static Tensor TransitionTerm(AncestralRule rule, Tensor x0, Tensor sample, Transition transition)
    {
        double small = transition.PosteriorVariance, variance = rule.Variance(small, transition.Beta);
        double meanCoef1 = transition.To.SignalRate * transition.Beta / transition.From.OneMinusAlphaBar;
        return x0.Plus(sample, -1).Squared().ScaleInPlace(0.5 * meanCoef1 * meanCoef1 / variance)
            .AddInPlace(0.5 * (Math.Log(variance / small) - 1 + small / variance));
    }

    /// <summary>
    /// σ² of the last step. β̃ is 0 there, so the next timestep's takes its place, as Nichol &amp; Dhariwal's code does.
    /// </summary>
    private static double DecoderVariance(AncestralRule rule, NoiseSchedule chain) =>
        rule.Variance(chain.T > 1 ? chain.PosteriorVariance(2) : chain.Beta(1), chain.Beta(1));

    /// <summary>−log N(x0; x̂0, σ²), or −log of its integral over the interval of values that round to x0.</summary>
    internal static Tensor DecoderTerm(Tensor x0, Tensor sample, double sigma, int? levels)
    {
        Tensor away = x0.Plus(sample, -1);
        if (levels is not { } count)
        {
            return away.Squared().Times(0.5 / (sigma * sigma)).Plus(Math.Log(sigma) + 0.5 * Math.Log(2 * Math.PI));
        }

        // The outermost values' intervals run to infinity. Φ(b) − Φ(a) is taken in the tail where both are small: near 1 their
        // difference would cancel.
        double half = 1.0 / (count - 1);
        Tensor below = x0.FilledLike(double.NegativeInfinity), above = x0.FilledLike(double.PositiveInfinity);
        Tensor lower = where(x0.Below(-1 + half), below, away.Plus(-half).Times(1 / sigma));
        Tensor upper = where(x0.Below(1 - half), away.Plus(half).Times(1 / sigma), above);
        Tensor flip = lower.gt(zeros_like(lower));
        Tensor probability = Phi(where(flip, lower.neg(), upper)).Plus(Phi(where(flip, upper.neg(), lower)), -1);
        return probability.maximum(probability.FilledLike(1e-300)).log().neg();

        static Tensor Phi(Tensor deviations) => deviations.Times(-1 / Math.Sqrt(2)).erfc().Times(0.5);
    }
}
