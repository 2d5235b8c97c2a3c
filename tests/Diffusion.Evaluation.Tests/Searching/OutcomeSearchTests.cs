using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public sealed class OutcomeSearchTests : IDisposable
{
    private static readonly GaussianMixtureDenoiser Exact = new(GaussianMixture.ThreeModes);

    private readonly Tensor start = Noise.Gaussian([200, 2], seed: 1, ScalarType.Float64);

    public static TheoryData<string> Rules => ["ddim", "ancestral", "standard"];

    public void Dispose() => start.Dispose();

    [Fact]
    public void The_full_stride_is_at_distance_0()
    {
        using var search = new OutcomeSearch(NoiseSchedule.Cosine(40), Exact, start);
        Assert.Equal(0, search.Distance(Stride.Full));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_found_stride_is_no_worse_than_any_candidate_and_no_single_move_improves_it(string name)
    {
        StepRule rule = name switch { "ddim" => new SamplingEquationRule(), "ancestral" => new AncestralRule(), _ => new SequentialRule() };
        var schedule = NoiseSchedule.Linear(60);
        using var search = new OutcomeSearch(schedule, Exact, start, rule);
        Stride[] candidates = [Stride.Trailing(4), Stride.Quadratic(4), Stride.LogSnr(4)];
        OptimalStride found = search.Search(candidates, cancellation: TestContext.Current.CancellationToken);

        Assert.All(candidates, candidate => Assert.True(found.Cost <= search.Distance(candidate)));
        Assert.Equal(found.Cost, search.Distance(found.Stride));
        int[] timesteps = [.. found.Stride.Timesteps(60)];
        Assert.Equal(60, timesteps[^1]);
        for (int k = 0; k < 3; k++)
        {
            foreach (int to in new[] { timesteps[k] - 1, timesteps[k] + 1 })
            {
                if (to > (k == 0 ? 0 : timesteps[k - 1]) && to < timesteps[k + 1])
                {
                    int[] moved = [.. timesteps];
                    moved[k] = to;
                    Assert.True(search.Distance(Stride.Custom(moved)) >= found.Cost);
                }
            }
        }
    }

    [Fact]
    public void A_free_start_may_leave_T_and_is_never_worse_than_its_candidates()
    {
        using var search = new OutcomeSearch(NoiseSchedule.Linear(60), Exact, start);
        OptimalStride free = search.Search([Stride.Leading(3), Stride.Trailing(3)], freeStart: true, cancellation: TestContext.Current.CancellationToken);
        Assert.True(free.Cost <= Math.Min(search.Distance(Stride.Leading(3)), search.Distance(Stride.Trailing(3))));
    }

    [Fact]
    public void Candidates_that_cannot_be_compared_are_refused()
    {
        using var search = new OutcomeSearch(NoiseSchedule.Linear(60), Exact, start);
        Refused.With("candidates", "none", "at least one", () => search.Search([Stride.Leading(3)], cancellation: TestContext.Current.CancellationToken));
        Refused.With("candidates", "different lengths", "one length", () => search.Search([Stride.Trailing(3), Stride.Trailing(4)], cancellation: TestContext.Current.CancellationToken));
    }
}
