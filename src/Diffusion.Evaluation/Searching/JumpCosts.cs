namespace Diffusion.Evaluation;

/// <summary>
/// What each jump t → s of a sampler costs under some objective. A stride T = τ_K &gt; … &gt; τ_1 ≥ 1, then 0, costs the sum
/// of its K jumps, and so the best stride of every length follows by dynamic programming (Watson et al. 2021, algorithm 1).
/// </summary>
public sealed class JumpCosts
{
    private readonly double[][] costs;

    /// <summary>Costs from a function.</summary>
    /// <param name="T">The number of timesteps.</param>
    /// <param name="cost">The cost of the jump t → s for 0 ≤ s &lt; t ≤ T, not negative; +∞ forbids the jump.</param>
    /// <exception cref="InvalidInputException">T is below 1, or a cost is negative or not a number.</exception>
    public JumpCosts(int T, Func<int, int, double> cost)
    {
        if (T < 1)
        {
            throw new InvalidInputException(nameof(T), $"{T}", "at least 1 timestep");
        }

        this.T = T;
        costs = new double[T + 1][];
        for (int t = 1; t <= T; t++)
        {
            costs[t] = new double[t];
            for (int s = 0; s < t; s++)
            {
                double value = cost(t, s);
                costs[t][s] = value >= 0 ? value : throw new InvalidInputException(
                    "cost", FormattableString.Invariant($"{value} for the jump {t} → {s}"), "a number of at least 0");
            }
        }
    }

    /// <summary>The number of timesteps.</summary>
    public int T { get; }

    /// <summary>The cost of the jump t → s.</summary>
    /// <param name="t">In 1..T.</param>
    /// <param name="s">In 0..t−1.</param>
    public double this[int t, int s] => costs[t][s];

    /// <summary>The sum of a stride's jumps, the last one to 0 included.</summary>
    /// <param name="timesteps">τ_1 &lt; … &lt; τ_K in 1..T.</param>
    /// <exception cref="InvalidInputException">The timesteps break their order or range.</exception>
    public double Total(IReadOnlyList<int> timesteps)
    {
        Stride.Validate(timesteps, T);
        return timesteps.Select((t, k) => costs[t][k == 0 ? 0 : timesteps[k - 1]]).Sum();
    }

    /// <summary>
    /// For every K from 1 to <paramref name="most"/> the stride of least total cost that starts at T, in O(most·T²).
    /// </summary>
    /// <param name="most">The largest K, in 1..T.</param>
    /// <returns>The strides by rising K; those K are left out for which every stride has a forbidden jump.</returns>
    /// <exception cref="InvalidInputException">K lies outside 1..T.</exception>
    public IReadOnlyList<OptimalStride> Optimal(int most)
    {
        if (most < 1 || most > T)
        {
            throw new InvalidInputException("K", $"{most}", $"a number of timesteps in 1..{T}");
        }

        // least[t]: the least cost of going from t to 0 in k jumps; next[k][t]: where the first of them goes.
        double[] least = new double[T + 1];
        var next = new int[most + 1][];
        var optimal = new List<OptimalStride>();
        least[0] = double.PositiveInfinity;
        for (int t = 1; t <= T; t++)
        {
            least[t] = costs[t][0];
        }

        next[1] = new int[T + 1];
        Keep(1);
        for (int k = 2; k <= most; k++)
        {
            var longer = new double[T + 1];
            next[k] = new int[T + 1];
            for (int t = 0; t <= T; t++)
            {
                double best = double.PositiveInfinity;
                for (int s = 1; s < t; s++)
                {
                    double total = least[s] + costs[t][s];
                    if (total < best)
                    {
                        best = total;
                        next[k][t] = s;
                    }
                }

                longer[t] = best;
            }

            least = longer;
            Keep(k);
        }

        return optimal;

        void Keep(int k)
        {
            if (double.IsPositiveInfinity(least[T]))
            {
                return;
            }

            var timesteps = new int[k];
            for (int j = k, t = T; j >= 1; t = next[j][t], j--)
            {
                timesteps[j - 1] = t;
            }

            optimal.Add(new(Stride.Custom(timesteps), k, least[T]));
        }
    }
}
