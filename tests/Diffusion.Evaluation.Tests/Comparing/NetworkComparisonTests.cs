namespace Diffusion.Evaluation.Tests;

public sealed class NetworkComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DataSet digits = DataSet.Open("digits8");
    private readonly UNet network = Network(seed: 1);
    private readonly NetworkBenchmark benchmark;
    private readonly ComparisonPlan plan;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public NetworkComparisonTests()
    {
        benchmark = new(network, digits, classifierSteps: 2);
        plan = new(
            benchmark.Description, ["cosine"], T: 8,
            [.. new[] { "trailing", "likelihood", "trajectory", "outcome" }.Select(StrideFamily.Parse)],
            [StepRule.Parse("ddim"), StepRule.Parse("ddpm")], [2], Samples: 70, Seeds: 3, SearchSeed: 0);
    }

    [Fact]
    public void A_run_that_was_stopped_and_the_union_of_parts_equal_one_run_byte_for_byte()
    {
        string expected = Whole("whole").Read().ToCsv();

        string stopped = At("stopped");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Comparison.Open(plan, stopped).Run(benchmark, cancellation: stop.Token, done: _ => stop.Cancel()));
        Assert.Equal(plan.Cells().Count - 1, Comparison.Open(plan, stopped).Missing.Count);

        // As another process would: everything but the folder is new.
        using (UNet again = Network(seed: 1))
        using (var reloaded = new NetworkBenchmark(again, digits, classifierSteps: 2))
        {
            var resumed = Comparison.Open(plan with { Benchmark = reloaded.Description }, stopped);
            resumed.Run(reloaded, threads: 2, cancellation: Stop);
            Assert.Equal(expected, resumed.Read().ToCsv());
        }

        string[] parts = [At("part1"), At("part2")];
        for (int part = 1; part <= 2; part++)
        {
            Comparison.Open(plan, parts[part - 1]).Run(benchmark, part, 2, cancellation: Stop);
        }

        Assert.Equal(expected, Comparison.Merge(parts, At("merged")).Read().ToCsv());
    }

    [Fact]
    public void A_cell_and_the_last_row_are_what_the_scorer_says_of_such_samples_and_of_held_out_pictures()
    {
        ComparisonTable table = Whole("scored").Read();
        var (training, heldOut) = digits.Divide();
        using (training)
        using (heldOut)
        using (var scorer = new Scorer(training, steps: 2))
        using (TorchSharp.torch.NewDisposeScope())
        {
            Scores first = scorer.Score(heldOut.Samples.narrow(0, 0, 70), heldOut.Labels!.narrow(0, 0, 70));
            Scores second = scorer.Score(heldOut.Samples.narrow(0, 70, 70), heldOut.Labels!.narrow(0, 70, 70));

            // 179 held out: two sets of 70.
            Assert.Equal(2, table.Reference.Count);
            Same(first, table.Reference[0], 1e-9);
            Same(second, table.Reference[1], 1e-9);

            // Of ddim, which draws nothing on its way: the first seed's noise, and the classes of the first held-out set.
            CellResult cell = table.Results.First(result => result.Cell.Rule is SamplingEquationRule);
            Assert.Equal(2, cell.Calls);
            var sampler = new Sampler(NoiseSchedule.Cosine(plan.T), Stride.Custom([.. cell.Timesteps]), cell.Cell.Rule);
            long[] classes = heldOut.Labels!.narrow(0, 0, 70).data<long>().ToArray();
            var samples = sampler.Run(network.Conditional(classes, 1), Noise.Gaussian([70, 1, 8, 8], 1)).Sample;
            Same(scorer.Score(samples, heldOut.Labels!.narrow(0, 0, 70)), cell.Runs[0], 1e-4);
        }

        static void Same(Scores expected, Scores actual, double tolerance)
        {
            Assert.Equal(expected.Values.Keys.Order(), actual.Values.Keys.Order());
            Assert.All(expected.Values, score => Assert.Equal(score.Value, actual[score.Key], tolerance));
        }
    }

    [Fact]
    public void The_trajectory_found_is_the_least_of_all_strides_of_the_network()
    {
        var schedule = NoiseSchedule.Cosine(plan.T);
        OptimalStride found = benchmark.StrideFinderFor(schedule).Find(StrideObjective.Trajectory, 3, cancellation: Stop);
        using var scope = TorchSharp.torch.NewDisposeScope();
        SearchBatch batch = benchmark.DrawBatch(0);
        JumpCosts costs = TrajectoryObjective.Costs(schedule, batch.Denoiser, batch.Start);
        var all = from b in Enumerable.Range(2, plan.T - 2) from a in Enumerable.Range(1, b - 1) select costs.Total([a, b, plan.T]);
        Assert.Equal(all.Min(), found.Cost, 1e-9);
        Assert.Equal(batch.Data.shape, batch.Start.shape);
    }

    [Fact]
    public void Scores_that_the_data_or_the_network_do_not_have_are_no_columns()
    {
        using DataSet points = DataSet.Open("two-moons", count: 200);
        using PointMlp mlp = new(new PointMlpConfig { Width = 16, Blocks = 1 }, seed: 3);
        using var ofPoints = new NetworkBenchmark(mlp, points);
        Assert.Equal([Scorer.SlicedWasserstein, Scorer.NearestTraining, Scorer.MinNearest], ofPoints.Description.Metrics);
        Comparison comparison = Comparison.Open(plan with { Benchmark = ofPoints.Description, Samples = 20 }, At("points"));
        comparison.Run(ofPoints, cancellation: Stop);
        var values = comparison.Read().Results.SelectMany(result => result.Runs).SelectMany(run => run.Values.Values);
        Assert.All(values, value => Assert.True(double.IsFinite(value) && value >= 0));
    }

    [Fact]
    public void Other_weights_other_guidance_and_other_data_are_refused_by_the_name_of_what_differs()
    {
        string path = At("taken");
        Comparison comparison = Comparison.Open(plan, path);
        using UNet otherNetwork = Network(seed: 2);
        using var otherWeights = new NetworkBenchmark(otherNetwork, digits, classifierSteps: 2);
        using var guided = new NetworkBenchmark(network, digits, guidance: 2, classifierSteps: 2);
        using (TorchSharp.torch.no_grad())
        {
            digits.Samples[0].neg_();
        }

        using var otherData = new NetworkBenchmark(network, digits, classifierSteps: 2);
        (NetworkBenchmark, string)[] others =
            [(otherWeights, "identity.network.sha256"), (guided, "identity.network.guidance"), (otherData, "identity.data.sha256")];
        foreach (var (other, field) in others)
        {
            ComparisonPlan ofOther = plan with { Benchmark = other.Description };
            Refused.With("out", $"subject.{field} differs", "this very comparison", () => Comparison.Open(ofOther, path));
            Refused.With("subject", "network", "what the plan describes", () => comparison.Run(other, cancellation: Stop));
            string part = At($"part-{field}");
            Comparison.Open(ofOther, part);
            Refused.With("parts", $"subject.{field} differs", "one comparison", () => Comparison.Merge([path, part], At("merged")));
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_in_one_line()
    {
        using DataSet large = DataSet.Open("digits");
        Refused.With("data", "1×16×16", "1×8×8", () => new NetworkBenchmark(network, large).Dispose());
        Refused.With("guidance", "NaN", "finite", () => new NetworkBenchmark(network, digits, double.NaN).Dispose());
        Refused.With("samples", "180", "2 to 179", () => (plan with { Samples = 180 }).Validate());
        using (TorchSharp.torch.no_grad())
        {
            network.parameters().First().fill_(float.NaN);
        }

        using var broken = new NetworkBenchmark(network, digits, classifierSteps: 2);
        ComparisonPlan ofBroken = plan with { Benchmark = broken.Description, Strides = [StrideFamily.Parse("trailing")] };
        Comparison comparison = Comparison.Open(ofBroken, At("broken"));
        Refused.With("samples", "NaN", "finite", () => comparison.Run(broken, cancellation: Stop));
    }

    public void Dispose()
    {
        benchmark.Dispose();
        network.Dispose();
        digits.Dispose();
        folder.Dispose();
    }

    private static UNet Network(int seed) => new UNet(NetworkExamples.Digits).Stirred(seed);

    private string At(string name) => Path.Combine(folder.Path, name);

    private Comparison Whole(string name)
    {
        var comparison = Comparison.Open(plan, At(name));
        comparison.Run(benchmark, threads: 2, cancellation: Stop);
        return comparison;
    }
}
