using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class StrideSearchMemoryTests
{
    [Fact]
    public void Objectives_and_searches_leave_no_tensor_behind()
    {
        var exact = new GaussianMixtureDenoiser(GaussianMixture.ThreeModes);
        var schedule = NoiseSchedule.Cosine(30);
        using Tensor start = Noise.Gaussian([20, 2], seed: 6, ScalarType.Float64);
        long before = Tensor.TotalCount;
        LikelihoodObjective.Errors(schedule, exact, start);
        TrajectoryObjective.Costs(schedule, exact, start);
        using (var search = new OutcomeSearch(schedule, exact, start))
        {
            search.Search([Stride.Trailing(3)], cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }
}
