using CsCheck;

namespace Diffusion.Tests;

public class StrideTests
{
    private static readonly Gen<(int T, int K)> Counts = Gen.Int[1, 3000].SelectMany(T => Gen.Int[1, T].Select(K => (T, K)));

    [Fact]
    public void Full_visits_every_timestep() => Gen.Int[1, 3000].Sample(T =>
        Assert.Equal(Enumerable.Range(1, T), Stride.Full.Timesteps(T)));

    [Fact]
    public void Uniform_visits_K_timesteps_from_1_to_T_at_most_a_rounding_from_even() => Counts.Sample((T, K) =>
    {
        IReadOnlyList<int> timesteps = Stride.Uniform(K).Timesteps(T);
        Assert.Equal(K, timesteps.Count);
        AssertIncreasing(timesteps, T);
        Assert.Equal(T, timesteps[^1]);
        for (int k = 0; k < K && K > 1; k++)
        {
            Assert.Equal(1 + (double)k * (T - 1) / (K - 1), timesteps[k], 0.5 + 1e-6);
        }
    }, iter: 300);

    [Fact]
    public void Sections_have_equal_sizes_and_each_spreads_its_count_over_its_ends() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 6], Gen.Int[0, 500]).Sample((counts, more) =>
        {
            int T = counts.Length * counts.Max() + more;
            IReadOnlyList<int> timesteps = Stride.Sections(counts).Timesteps(T);
            Assert.Equal(counts.Sum(), timesteps.Count);
            AssertIncreasing(timesteps, T);
            int first = 1, taken = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                int last = first - 1 + T / counts.Length + (i < T % counts.Length ? 1 : 0);
                int[] section = [.. timesteps.Skip(taken).Take(counts[i])];
                Assert.Equal(first, section[0]);
                Assert.True(counts[i] == 1 || section[^1] == last, $"section {i + 1} of {string.Join(',', counts)} with T = {T}");
                first = last + 1;
                taken += counts[i];
            }

            Assert.Equal(T, first - 1);
        }, iter: 300);

    [Fact]
    public void Ddim_visits_K_timesteps_a_whole_spacing_apart_from_1_on() => Counts.Sample((T, K) =>
    {
        // Some K no whole spacing gives: 1 + (T-1)/c takes its values with gaps.
        int[] spacings = [.. Enumerable.Range(1, T).Where(c => Enumerable.Range(1, T).Where(t => (t - 1) % c == 0).Count() == K).Take(1)];
        if (spacings.Length == 0)
        {
            Refused.With("stride", $"\"ddim{K}\" with T = {T}", "whole spacing", () => Stride.Ddim(K).Timesteps(T));
            return;
        }

        Assert.Equal(Enumerable.Range(0, K).Select(k => 1 + k * spacings[0]), Stride.Ddim(K).Timesteps(T));
    }, iter: 25);

    [Fact]
    public void Custom_visits_the_timesteps_given()
    {
        int[] given = [1, 250, 1000];
        Stride stride = Stride.Custom(given);
        given[0] = 999;
        Assert.Equal([1, 250, 1000], stride.Timesteps(1000));
    }

    [Fact]
    public void A_stride_that_asks_too_much_of_T_is_refused()
    {
        Refused.With("stride", "uniform11", "T = 10", () => Stride.Uniform(11).Timesteps(10));
        Refused.With("stride", "6 timesteps in section 2 of \"5,6\"", "5 timesteps", () => Stride.Sections(5, 6).Timesteps(10));
        Refused.With("stride", "section 3", "0 timesteps", () => Stride.Sections(1, 1, 1).Timesteps(2));
        Refused.With("stride", "\"ddim11\" with T = 10", "whole spacing", () => Stride.Ddim(11).Timesteps(10));
        Refused.With("stride", "timestep 11 at place 2", "at most T = 10", () => Stride.Custom(5, 11).Timesteps(10));
        Refused.With("T", "0", "at least 1 timestep", () => Stride.Full.Timesteps(0));
    }

    [Fact]
    public void A_stride_without_timesteps_or_out_of_order_is_refused()
    {
        Refused.With("stride", "0 timesteps", "at least one", () => Stride.Uniform(0));
        Refused.With("stride", "-2 timesteps", "at least one", () => Stride.Ddim(-2));
        Refused.With("stride", "no section", "at least one", () => Stride.Sections());
        Refused.With("stride", "0 timesteps", "at least one", () => Stride.Sections(10, 0));
        Refused.With("stride", "no timestep", "at least one", () => Stride.Custom());
        Refused.With("stride", "timestep 0 at place 1", "at least 1", () => Stride.Custom(0, 5));
        Refused.With("stride", "timestep 5 at place 3", "at least 8", () => Stride.Custom(5, 7, 5));
    }

    private static void AssertIncreasing(IReadOnlyList<int> timesteps, int T)
    {
        Assert.InRange(timesteps[0], 1, T);
        Assert.InRange(timesteps[^1], 1, T);
        Assert.All(timesteps.Zip(timesteps.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }
}
