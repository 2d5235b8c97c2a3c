using CsCheck;

namespace Diffusion.Evaluation.Tests;

public class JumpCostsTests
{
    private static readonly Gen<JumpCosts> Random = Gen.Int[1, 14].SelectMany(T => Gen.Double[0, 10].Array[T * (T + 1) / 2]
        .Select(values => new JumpCosts(T, (t, s) => values[t * (t - 1) / 2 + s])));

    [Fact]
    public void The_programme_finds_what_trying_every_stride_finds() => Random.Sample(costs =>
    {
        var best = new Dictionary<int, double>();
        for (int chosen = 0; chosen < 1 << (costs.T - 1); chosen++)
        {
            // The bits are the timesteps below T.
            int[] timesteps = [.. Enumerable.Range(1, costs.T - 1).Where(t => (chosen >> (t - 1) & 1) == 1), costs.T];
            best[timesteps.Length] = Math.Min(best.GetValueOrDefault(timesteps.Length, double.PositiveInfinity), costs.Total(timesteps));
        }

        var optimal = costs.Optimal(costs.T);
        Assert.Equal(Enumerable.Range(1, costs.T), optimal.Select(it => it.Count));
        foreach (OptimalStride it in optimal)
        {
            Numbers.AssertNear(best[it.Count], it.Cost, 1e-12, $"K = {it.Count}");
            Numbers.AssertNear(it.Cost, costs.Total(it.Stride.Timesteps(costs.T)), 1e-12, $"total of K = {it.Count}");
        }
    }, iter: 60);

    [Fact]
    public void A_forbidden_jump_is_never_taken_and_a_K_without_a_way_is_left_out()
    {
        // The last step has to start from timestep 1, so K = 1 has no way.
        var costs = new JumpCosts(6, (t, s) => s == 0 && t > 1 ? double.PositiveInfinity : (t - s) * (t - s));
        var optimal = costs.Optimal(6);
        Assert.Equal([2, 3, 4, 5, 6], optimal.Select(it => it.Count));
        Assert.All(optimal, it => Assert.Equal(1, it.Stride.Timesteps(6)[0]));
    }

    [Fact]
    public void Bad_costs_and_counts_are_refused_in_one_line()
    {
        Refused.With("cost", "-1 for the jump 1 → 0", "at least 0", () => new JumpCosts(3, (t, s) => -1));
        Refused.With("cost", "NaN", "at least 0", () => new JumpCosts(3, (t, s) => double.NaN));
        Refused.With("T", "0", "at least 1", () => new JumpCosts(0, (t, s) => 1));
        Refused.With("K", "4", "1..3", () => new JumpCosts(3, (t, s) => 1).Optimal(4));
    }
}
