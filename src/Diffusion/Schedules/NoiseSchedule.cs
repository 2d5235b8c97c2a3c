namespace Diffusion;

/// <summary>
/// How much noise a sample carries at each timestep: ᾱ_0 = 1 &gt; ᾱ_1 &gt; … &gt; ᾱ_T ≥ 0. Timesteps run 1..T; t = 0 is the
/// clean sample. Everything is a double.
/// </summary>
public sealed partial class NoiseSchedule
{
    // levels[0] is the clean sample; betas[t] belongs to timestep t and betas[0] is unused.
    private readonly NoiseLevel[] levels;
    private readonly double[] betas;

    private NoiseSchedule(string name, double[] betas, NoiseLevel[] levels)
    {
        Name = name;
        this.betas = betas;
        this.levels = levels;
    }

    /// <summary>What the schedule is called, such as <c>cosine</c>.</summary>
    public string Name { get; }

    /// <summary>T, the number of timesteps.</summary>
    public int T => levels.Length - 1;

    /// <summary>β_t, the variance of the noise that the forward step t−1 → t adds.</summary>
    /// <param name="t">A timestep in 1..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 1..T.</exception>
    public double Beta(int t) => betas[Timestep(t, first: 1)];

    /// <summary>α_t = 1 − β_t = ᾱ_t/ᾱ_{t−1}.</summary>
    /// <remarks>It is the quotient that is computed, which keeps its digits where β_t is close to 1.</remarks>
    /// <param name="t">A timestep in 1..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 1..T.</exception>
    public double Alpha(int t) => Transition(t, t - 1).Alpha;

    /// <summary>ᾱ_t = α_1·…·α_t (Ho et al. 2020, eq. 4); ᾱ_0 = 1.</summary>
    /// <param name="t">A timestep in 0..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 0..T.</exception>
    public double AlphaBar(int t) => Level(t).AlphaBar;

    /// <summary>ᾱ_t/(1−ᾱ_t), the signal-to-noise ratio.</summary>
    /// <param name="t">A timestep in 0..T; infinite at 0.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 0..T.</exception>
    public double Snr(int t) => Level(t).Snr;

    /// <summary>The logarithm of the signal-to-noise ratio.</summary>
    /// <param name="t">A timestep in 0..T; +∞ at 0.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 0..T.</exception>
    public double LogSnr(int t) => Level(t).LogSnr;

    /// <summary>The noise level at a timestep, which is what a denoiser is told.</summary>
    /// <param name="t">A timestep in 0..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 0..T.</exception>
    public NoiseLevel Level(int t) => levels[Timestep(t, first: 0)];

    /// <summary>The jump from timestep t to timestep s, with the coefficients that depend on both.</summary>
    /// <param name="t">The timestep to start from, in 1..T.</param>
    /// <param name="s">The timestep to go to, in 0..t−1.</param>
    /// <exception cref="InvalidInputException">A timestep lies outside its range.</exception>
    public Transition Transition(int t, int s) => s < t
        ? new(levels[Timestep(t, first: 1)], levels[Timestep(s, first: 0, name: "s")])
        : throw new InvalidInputException("s", $"{s}", $"a timestep below t = {t}");

    /// <summary>β̃_t, the variance of q(x_{t−1} | x_t, x_0) (Ho et al. 2020, eq. 7).</summary>
    /// <param name="t">A timestep in 1..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 1..T.</exception>
    public double PosteriorVariance(int t) => Beta(t) * Level(t - 1).OneMinusAlphaBar / Level(t).OneMinusAlphaBar;

    /// <summary>The factor of x_0 in the mean of q(x_{t−1} | x_t, x_0) (Ho et al. 2020, eq. 7).</summary>
    /// <param name="t">A timestep in 1..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 1..T.</exception>
    public double PosteriorMeanCoef1(int t) => Beta(t) * Level(t - 1).SignalRate / Level(t).OneMinusAlphaBar;

    /// <summary>The factor of x_t in the mean of q(x_{t−1} | x_t, x_0) (Ho et al. 2020, eq. 7).</summary>
    /// <param name="t">A timestep in 1..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 1..T.</exception>
    public double PosteriorMeanCoef2(int t) => Math.Sqrt(Alpha(t)) * Level(t - 1).OneMinusAlphaBar / Level(t).OneMinusAlphaBar;

    /// <summary>
    /// The chain that visits only these timesteps: ᾱ'_k = ᾱ_{τ_k}, so that K steps are a whole schedule
    /// (Nichol &amp; Dhariwal 2021, sec. 4).
    /// </summary>
    /// <param name="timesteps">Strictly increasing timesteps in 1..T.</param>
    /// <exception cref="InvalidInputException">There is none, or one breaks the order or the range.</exception>
    public NoiseSchedule Respace(IReadOnlyList<int> timesteps)
    {
        Stride.Validate(timesteps, T);
        var chain = new NoiseLevel[timesteps.Count + 1];
        var chainBetas = new double[timesteps.Count + 1];
        chain[0] = NoiseLevel.Clean;
        for (int k = 1; k <= timesteps.Count; k++)
        {
            chain[k] = Level(timesteps[k - 1]);
            chainBetas[k] = new Transition(chain[k], chain[k - 1]).Beta;
        }

        return new($"{Name} at {timesteps.Count} of {T}", chainBetas, chain);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}({T})";

    private int Timestep(int t, int first, string name = "t") => t >= first && t <= T
        ? t
        : throw new InvalidInputException(name, $"{t}", $"a timestep in {first}..{T}");
}
