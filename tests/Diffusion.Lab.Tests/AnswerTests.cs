using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace Diffusion.Lab.Tests;

/// <summary>What the page shows is what the library computes, to the last digit.</summary>
public sealed class AnswerTests(RunningLab lab)
{
    private static readonly string[] Schedules = ["linear", "cosine", "sigmoid", "cosine-zero-snr", "logsnr:9,2,-1,-9"];
    private static readonly string[] Strides = ["quadratic5", "trailing7", "uniform4", "logsnr6", "karras5:3", "custom:3,90,400"];
    private static readonly string[] Rules = ["ddim", "ddim:0.4", "ddpm", "ddpm:large", "standard", "closed", "heun", "dpm++2m"];

    public static TheoryData<int> Fifty => [.. Enumerable.Range(1, 50)];

    [Theory]
    [MemberData(nameof(Fifty))]
    public async Task Numbers_are_those_of_the_library(int state)
    {
        var random = new Random(state);
        string schedule = Of(Schedules), stride = Of(Strides), rule = Of(Rules), clip = Of(["auto", "none", "1.5"]);
        int T = random.Next(450, 1000), count = random.Next(20, 200), seed = random.Next(1, 1000), follow = random.Next(count);
        bool isSet = random.Next(3) == 0;
        double x = Math.Round(random.NextDouble(), 2), std = Math.Round(0.1 + random.NextDouble(), 2);
        string modes = string.Create(CultureInfo.InvariantCulture, $"{x}:-0.5:{std}:1;-1:0.25:0.3:2");
        string data = isSet ? "data=spiral" : $"modes={modes}";
        GaussianMixture mixture = isSet
            ? GaussianMixture.Around(PointSets.Generate("spiral", 400, seed: 1), 0.06)
            : new([1, 2], [[x, -0.5], [-1, 0.25]], [std, 0.3]);

        var events = await lab.EventsAsync($"api/answer?{data}&schedule={schedule}&T={T}&stride={stride}&rule={Uri.EscapeDataString(rule)}"
            + $"&clip={clip}&count={count}&seed={seed}&follow={follow}");

        Assert.DoesNotContain(events, e => e.Name == "refused");
        using var scope = NewDisposeScope();
        var sampler = new Sampler(NoiseSchedule.Parse(schedule, T), Stride.Parse(stride), StepRule.Parse(rule))
        {
            Clipping = clip == "1.5" ? Clipping.Of(1.5) : clip == "none" ? Clipping.None : Clipping.Automatic,
        };
        Tensor start = Noise.Gaussian([count, 2], seed, ScalarType.Float64), truth = mixture.Sample(count, seed + 1_000_000);
        JsonElement steps = Values("walk").GetProperty("steps"), path = Values("walk").GetProperty("path");
        Tensor? samples = null;
        long calls = 0;
        foreach (SamplingStep step in sampler.Walk(new GaussianMixtureDenoiser(mixture), start, seed + 3_000_000))
        {
            JsonElement shown = steps[step.Index];
            Assert.Equal((step.Timestep, step.PreviousTimestep), (shown.GetProperty("t").GetInt32(), shown.GetProperty("s").GetInt32()));
            foreach (var (name, term) in new[]
            {
                ("x", step.Noisy), ("estimate", step.EstimatedSample), ("noise", step.EstimatedNoise), ("scaled", step.ScaledPrevious),
                ("random", step.RandomTerm), ("next", step.Next),
            })
            {
                AssertNear(term[follow].data<double>().ToArray(), Doubles(shown.GetProperty(name)));
            }

            AssertNear(step.Noisy[follow].data<double>().ToArray(), Doubles(path[step.Index]));

            // The factors that are shown give the terms that are shown.
            double signal = shown.GetProperty("signal").GetDouble(), direction = shown.GetProperty("direction").GetDouble();
            Assert.All(Doubles(shown.GetProperty("scaled")).Zip(Doubles(shown.GetProperty("estimate")), Doubles(shown.GetProperty("noise"))),
                term => Assert.Equal(signal * term.Second + direction * term.Third, term.First, 1e-9));
            samples = step.Next.clone();
            calls = step.Cost.DenoiserCalls;
        }

        AssertNear(Floats(samples!), Points(Values("samples").GetProperty("samples")), 1e-6);
        AssertNear(Floats(truth), Points(Values("truth").GetProperty("points")), 1e-6);
        Assert.Equal(SlicedWasserstein.Distance(samples!, truth), Values("distance").GetProperty("b").GetDouble(), 1e-12);
        Assert.Equal(calls, Values("walk").GetProperty("cost").GetProperty("calls").GetInt64());

        string Of(string[] from) => from[random.Next(from.Length)];
        JsonElement Values(string name) => events.Single(e => e.Name == name).Values;
    }

    [Fact]
    public async Task The_difference_to_a_rival_is_paired_over_start_noises()
    {
        var events = await lab.EventsAsync("api/answer?stride=uniform5&count=300&a.stride=quadratic5&a.count=300");

        double[] differences = [.. Enumerable.Range(1, 8).Select(seed => Distance("quadratic5", seed) - Distance("uniform5", seed))];
        var expected = Interval.OfRuns(differences);
        JsonElement shown = events.Single(e => e.Name == "difference").Values;
        AssertNear([expected.Value, expected.Low, expected.High],
            [.. new[] { "value", "low", "high" }.Select(name => shown.GetProperty(name).GetDouble())]);
        Assert.Equal(expected.Low > 0 ? "B" : expected.High < 0 ? "A" : "neither", shown.GetProperty("better").GetString());

        static double Distance(string stride, int seed)
        {
            using var scope = NewDisposeScope();
            var sampler = new Sampler(NoiseSchedule.Linear(1000), Stride.Parse(stride));
            Tensor start = Noise.Gaussian([300, 2], seed, ScalarType.Float64);
            Tensor samples = sampler.Run(new GaussianMixtureDenoiser(GaussianMixture.ThreeModes), start, seed + 3_000_000).Sample;
            return SlicedWasserstein.Distance(samples, GaussianMixture.ThreeModes.Sample(300, seed + 1_000_000));
        }
    }

    [Fact]
    public async Task The_article_s_F_costs_what_the_standard_algorithm_counts()
    {
        var standard = await lab.EventsAsync("api/answer?stride=uniform9&count=10&rule=standard");
        JsonElement cost = standard.Single(e => e.Name == "walk").Values.GetProperty("cost");
        Assert.Equal(cost.GetProperty("forwardSteps").GetInt64(), cost.GetProperty("standardForwardSteps").GetInt64());
    }

    [Fact]
    public async Task Pictures_are_those_of_the_network_and_are_held_against_a_hundred_steps()
    {
        const string Start = "data=digits&count=2&seed=3&T=100";
        var events = await lab.EventsAsync($"api/answer?{Start}&stride=trailing2&a.{Start.Replace("&", "&a.", StringComparison.Ordinal)}&a.stride=trailing1");

        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Checkpoints.Load("digits");
        Tensor start = Noise.Gaussian([2, .. network.SampleShape], 3);
        IDenoiser denoiser = network.Conditional([0L, 1L]);
        Tensor few = Run(2), all = Run(100);
        double expected = (few - all).square().flatten(1).mean([1]).sqrt().mean().item<float>();
        Assert.Equal(expected, events.Single(e => e.Name == "distance").Values.GetProperty("b").GetDouble(), 1e-5);
        var shown = events.Where(e => e.Name == "samples").ToDictionary(e => e.Values.GetProperty("which").GetString()!, e => e.Values);
        Assert.Equal(["B", "A"], shown.Keys);
        Assert.All(shown.Values, values => Assert.StartsWith("data:image/png;base64,", values.GetProperty("samples").GetString()));
        Assert.Equal(Encoded.Of(few, pictures: true), shown["B"].GetProperty("samples").GetString());

        Tensor Run(int steps) => new Sampler(NoiseSchedule.Linear(100), Stride.Trailing(steps)).Run(denoiser, start, 3).Sample;
    }

    [Fact]
    public async Task The_best_stride_is_the_one_that_the_library_finds()
    {
        var events = await lab.EventsAsync("api/stride?T=60&k=4&objective=trajectory");

        OptimalStride found = new StrideFinder(NoiseSchedule.Linear(60), GaussianMixture.ThreeModes).Find(
            StrideObjective.Trajectory, 4, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal($"{found.Stride}", events.Single(e => e.Name == "done").Values.GetProperty("stride").GetString());
        Assert.Contains(events, e => e.Name == "progress");
    }

    // The page shows four digits. The last of sixteen may differ: libtorch's sums follow where in memory their numbers lie.
    private static void AssertNear(double[] expected, double[] actual, double within = 1e-11)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, within * Math.Max(1, Math.Abs(pair.First))));
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static double[] Points(JsonElement text) =>
        [.. MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text.GetString()!)).ToArray().Select(number => (double)number)];

    private static double[] Floats(Tensor tensor) => tensor.data<double>().ToArray();
}
