using System.Text.RegularExpressions;
namespace Diffusion.Evaluation.Tests;

public sealed class StrideFinderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("linear", "ddim")]
    [InlineData("cosine", "dpm++2m")]
    public void What_the_outcome_finds_is_no_worse_under_its_own_objective_than_anything_it_may_start_from(string name, string rule)
    {
        var schedule = NoiseSchedule.Parse(name, 24);
        var finder = new StrideFinder(schedule, GaussianMixture.ThreeModes);
        OptimalStride outcome = finder.Find(StrideObjective.Outcome, 4, StepRule.Parse(rule), cancellation: Stop);
        OptimalStride free = finder.Find(StrideObjective.OutcomeFreeStart, 4, StepRule.Parse(rule), cancellation: Stop);
        Assert.Equal(24, outcome.Stride.Timesteps(24)[^1]);
        Assert.True(free.Cost <= outcome.Cost);

        using var start = Noise.Gaussian([SearchBatch.MaxSamples, 2], 0, TorchSharp.torch.ScalarType.Float64);
        var denoiser = new GaussianMixtureDenoiser(GaussianMixture.ThreeModes);
        using var search = new OutcomeSearch(schedule, denoiser, start, StepRule.Parse(rule), SlicedWasserstein.Distance);
        Assert.Equal(outcome.Cost, search.Distance(outcome.Stride), 1e-12);
        Stride[] named = [Stride.Trailing(4), Stride.Uniform(4), Stride.Quadratic(4), Stride.LogSnr(4), Stride.Karras(4)];
        var found = new[] { StrideObjective.Likelihood, StrideObjective.Trajectory }
            .Select(objective => finder.Find(objective, 4, cancellation: Stop).Stride);
        Assert.All(named.Concat(found), stride => Assert.True(outcome.Cost <= search.Distance(stride), $"{stride}"));
    }

    [Fact]
    public void A_count_outside_the_schedule_is_refused()
    {
        var finder = new StrideFinder(NoiseSchedule.Cosine(10), GaussianMixture.ThreeModes);
        Refused.With("K", "11", "1..10", () => finder.Find(StrideObjective.Outcome, 11, cancellation: Stop));
        Refused.With("K", "0", "1..10", () => finder.Find(StrideObjective.Likelihood, 0, cancellation: Stop));
    }

    [Fact]
    public void A_cache_gives_back_what_was_found_and_searches_again_for_any_other_key_or_a_damaged_file()
    {
        var cache = new StrideCache(folder.Path);
        int searches = 0;
        IReadOnlyList<OptimalStride> Search(int last)
        {
            searches++;
            return [new(Stride.Custom(1, last), 2, last / 3.0)];
        }

        Assert.Equal(Search(7), cache.Get("a", () => Search(7)));
        Assert.Equal(2, searches);
        Assert.Equal([new(Stride.Custom(1, 7), 2, 7 / 3.0)], cache.Get("a", () => Search(9)));
        Assert.Equal(2, searches);
        cache.Get("b", () => Search(9));
        Assert.Equal(3, searches);

        string whole = File.ReadAllText(Directory.GetFiles(folder.Path)[0]);
        string[] fewer = [Regex.Replace(whole, @"\[.*\]", "[]"), whole.Replace("\"Count\":1,\"Strides\"", "\"Count\":2,\"Strides\"", StringComparison.Ordinal)];
        Assert.DoesNotContain(whole, fewer);
        foreach (string damage in (string[])["", "{", "null", "{\"Key\":null}", "{\"Key\":\"a\",\"Strides\":[{\"Stride\":\"x\"}]}", .. fewer])
        {
            foreach (string file in Directory.GetFiles(folder.Path))
            {
                File.WriteAllText(file, damage);
            }

            int before = searches;
            Assert.Equal(Search(8), cache.Get("a", () => Search(8)));
            Assert.Equal(before + 2, searches);
        }
    }

    [Fact]
    public void A_search_depends_on_all_that_is_in_its_key()
    {
        var cache = new StrideCache(folder.Path);
        var other = new GaussianMixture([1], [[0.0, 3.0]], [0.1]);
        GaussianMixture modes = GaussianMixture.ThreeModes;
        new StrideFinder(NoiseSchedule.Cosine(20), modes, 0, cache).Find(StrideObjective.Likelihood, 3, cancellation: Stop);
        int files = Directory.GetFiles(folder.Path).Length;
        foreach (StrideFinder finder in new StrideFinder[]
        {
            new(NoiseSchedule.Cosine(21), modes, 0, cache), new(NoiseSchedule.Linear(50), modes, 0, cache),
            new(NoiseSchedule.Cosine(20), other, 0, cache), new(NoiseSchedule.Cosine(20), modes, 1, cache),
        })
        {
            finder.Find(StrideObjective.Likelihood, 3, cancellation: Stop);
            Assert.Equal(++files, Directory.GetFiles(folder.Path).Length);
        }
    }

    public void Dispose() => folder.Dispose();
}
