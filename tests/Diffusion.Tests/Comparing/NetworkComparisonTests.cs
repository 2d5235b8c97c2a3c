using Diffusion.Comparing;
using Diffusion.Tests.Networks;

namespace Diffusion.Tests.Comparing;

public sealed class NetworkComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DataSet digits = DataSet.Open("digits8");
    private readonly UNet network = Network(seed: 1);
    private readonly NetworkSubject subject;
    private readonly ComparisonPlan plan;

    public NetworkComparisonTests()
    {
        subject = new(network, digits, classifierSteps: 2);
        plan = new(
            subject.Description, ["cosine"], T: 8, [.. new[] { "trailing", "likelihood", "trajectory", "outcome" }.Select(StrideFamily.Parse)],
            [StepRule.Parse("ddim"), StepRule.Parse("ddpm")], [2], Samples: 70, Seeds: 3, SearchSeed: 0);
    }

    [Fact]
    public void A_run_that_was_stopped_and_the_union_of_parts_equal_one_run_byte_for_byte()
    {
        string expected = Whole("whole").Read().ToCsv();

        string stopped = At("stopped");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Comparison.Open(plan, stopped).Run(subject, cancellation: stop.Token, done: _ => stop.Cancel()));
        Assert.Equal(plan.Cells().Count - 1, Comparison.Open(plan, stopped).Missing.Count);

        // As another process would: everything but the folder is new.
        using (UNet again = Network(seed: 1))
        using (var reloaded = new NetworkSubject(again, digits, classifierSteps: 2))
        {
            var resumed = Comparison.Open(plan with { Subject = reloaded.Description }, stopped);
            resumed.Run(reloaded, threads: 2, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(expected, resumed.Read().ToCsv());
        }

        string[] parts = [At("part1"), At("part2")];
        for (int part = 1; part <= 2; part++)
        {
            Comparison.Open(plan, parts[part - 1]).Run(subject, part, 2, cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, Comparison.Merge(parts, At("merged")).Read().ToCsv());
    }

    [Fact]
    public void A_cell_and_the_last_row_are_what_an_evaluation_says_of_the_same_sampler_and_of_held_out_pictures()
    {
        ComparisonTable table = Whole("evaluated").Read();
        var (training, heldOut) = digits.Divide();
        using (training)
        using (heldOut)
        using (var judge = new SampleJudge(training, steps: 2))
        {
            var evaluation = new Evaluation(network, judge, heldOut, plan.Samples, plan.Seeds);
            foreach (CellResult result in table.Results)
            {
                var sampler = new Sampler(NoiseSchedule.Cosine(plan.T), Stride.Custom([.. result.Timesteps]), result.Cell.Rule);
                Same(evaluation.Samples(sampler).Scores, result.Runs);
                Assert.Equal(2, result.Calls);
            }

            // 179 held out: two sets of 70.
            Assert.Equal(2, table.Floor.Count);
            Same(evaluation.HeldOut(), table.Floor);
        }

        void Same(ScoreSummary expected, IReadOnlyList<RunScores> runs)
        {
            Assert.Equal(expected.Frechet!.Value.Value, Mean("frechet"), 1e-12);
            Assert.Equal(expected.SlicedWasserstein.Value, Mean("sliced_wasserstein"), 1e-12);
            Assert.Equal(expected.ClassAgreement!.Value.Value, Mean("class_agreement"), 1e-12);
            Assert.Equal(expected.NearestTraining.Value, Mean("nearest_training"), 1e-12);
            Assert.Equal(expected.LeastNearest, Values("least_nearest").Min(), 1e-12);

            double Mean(string name) => Values(name).Average();

            IEnumerable<double> Values(string name) => runs.Select(run => run.Values[Column(name)]);
        }
    }

    [Fact]
    public void The_trajectory_found_is_the_least_of_all_strides_of_the_network()
    {
        var schedule = NoiseSchedule.Cosine(plan.T);
        OptimalStride found = new StrideFinder(schedule, subject).Find(StrideObjective.Trajectory, 3, cancellation: TestContext.Current.CancellationToken);
        using var scope = TorchSharp.torch.NewDisposeScope();
        SearchBatch batch = subject.Search(0);
        JumpCosts costs = TrajectoryObjective.Costs(schedule, batch.Denoiser, batch.Start);
        double least = (from a in Enumerable.Range(1, plan.T) from b in Enumerable.Range(1, plan.T) where a < b && b < plan.T select costs.Total([a, b, plan.T])).Min();
        Assert.Equal(least, found.Cost, 1e-9);
        Assert.Equal(batch.Data.shape, batch.Start.shape);
    }

    [Fact]
    public void Scores_that_the_data_or_the_network_do_not_have_are_no_columns()
    {
        using DataSet points = DataSet.Open("two-moons", count: 200);
        using PointMlp mlp = new(new PointMlpConfig { Width = 16, Blocks = 1 }, seed: 3);
        using var ofPoints = new NetworkSubject(mlp, points);
        Assert.Equal(["sliced_wasserstein", "nearest_training", "least_nearest"], ofPoints.Description.Scores.Select(score => score.Name));
        Comparison comparison = Comparison.Open(plan with { Subject = ofPoints.Description, Samples = 20 }, At("points"));
        comparison.Run(ofPoints, cancellation: TestContext.Current.CancellationToken);
        Assert.All(comparison.Read().Results, result => Assert.All(result.Runs, run => Assert.All(run.Values, value => Assert.True(double.IsFinite(value) && value >= 0))));
    }

    [Fact]
    public void Other_weights_other_guidance_and_other_data_are_refused_by_the_name_of_what_differs()
    {
        string path = At("taken");
        Comparison comparison = Comparison.Open(plan, path);
        using UNet otherNetwork = Network(seed: 2);
        using var otherWeights = new NetworkSubject(otherNetwork, digits, classifierSteps: 2);
        using var guided = new NetworkSubject(network, digits, guidance: 2, classifierSteps: 2);
        using (TorchSharp.torch.no_grad())
        {
            digits.Samples[0].neg_();
        }

        using var otherData = new NetworkSubject(network, digits, classifierSteps: 2);
        foreach (var (other, field) in new[] { (otherWeights, "identity.network.sha256"), (guided, "identity.network.guidance"), (otherData, "identity.data.sha256") })
        {
            Refused.With("out", $"subject.{field} differs", "this very comparison", () => Comparison.Open(plan with { Subject = other.Description }, path));
            Refused.With("subject", "network", "what the plan describes", () => comparison.Run(other, cancellation: TestContext.Current.CancellationToken));
            string part = At($"part-{field}");
            Comparison.Open(plan with { Subject = other.Description }, part);
            Refused.With("parts", $"subject.{field} differs", "parts of one comparison", () => Comparison.Merge([path, part], At("merged")));
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_in_one_line()
    {
        using DataSet large = DataSet.Open("digits");
        Refused.With("data", "1×16×16", "1×8×8", () => new NetworkSubject(network, large).Dispose());
        Refused.With("guidance", "NaN", "finite", () => new NetworkSubject(network, digits, double.NaN).Dispose());
        Refused.With("samples", "180", "2 to 179", () => (plan with { Samples = 180 }).Validate());
        using (TorchSharp.torch.no_grad())
        {
            network.parameters().First().fill_(float.NaN);
        }

        using var broken = new NetworkSubject(network, digits, classifierSteps: 2);
        Comparison comparison = Comparison.Open(plan with { Subject = broken.Description, Strides = [StrideFamily.Parse("trailing")] }, At("broken"));
        Refused.With("samples", "NaN", "finite", () => comparison.Run(broken, cancellation: TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        subject.Dispose();
        network.Dispose();
        digits.Dispose();
        folder.Dispose();
    }

    private static UNet Network(int seed) => new UNet(NetworkExamples.Digits).Stirred(seed);

    private int Column(string name) => subject.Description.Scores.Select(score => score.Name).ToList().IndexOf(name);

    private string At(string name) => Path.Combine(folder.Path, name);

    private Comparison Whole(string name)
    {
        var comparison = Comparison.Open(plan, At(name));
        comparison.Run(subject, threads: 2, cancellation: TestContext.Current.CancellationToken);
        return comparison;
    }
}
