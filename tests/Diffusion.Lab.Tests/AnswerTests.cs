using System.Text.Json;
using Diffusion.Tests;
using static TorchSharp.torch;

namespace Diffusion.Lab.Tests;

/// <summary>What the page shows is what the library gives for the same choice.</summary>
public class AnswerTests(Asking lab)
{
    private static readonly Dictionary<string, GaussianMixture> Mixtures = new()
    {
        ["three-modes"] = GaussianMixture.ThreeModes,
        ["two-moons"] = Around("two-moons"),
        ["eight-gaussians"] = Around("eight-gaussians"),
        ["1:0.5:0.2:3;-1:0:0.1:1"] = new([3, 1], [[1, 0.5], [-1, 0]], [0.2, 0.1]),
    };

    private sealed record State(string Data, string Schedule, string Stride, string Rule, double Eta, string Clip, int T, int Count, int Seed)
    {
        public GaussianMixture Mixture => Mixtures[Data];

        public Sampler Sampler => new(NoiseSchedule.Parse(Schedule, T), Diffusion.Stride.Parse(Stride), Rule == "ddim" ? new SamplingEquationRule(Eta) : StepRule.Parse(Rule))
        {
            Clipping = Clip == "auto" ? Clipping.Automatic : Clip == "none" ? Clipping.None : Clipping.Of(double.Parse(Clip)),
        };

        public (string, string)[] Pairs =>
        [
            (Data.Contains(':') ? "modes" : "data", Data), ("schedule", Schedule), ("stride", Stride), ("rule", Rule), ("eta", $"{Eta}"),
            ("clip", Clip), ("T", $"{T}"), ("count", $"{Count}"), ("seed", $"{Seed}"),
        ];
    }

    private static State Any(Random random)
    {
        return new(
            Of([.. Mixtures.Keys]),
            Of("linear", "cosine", "sigmoid", "log-linear", "quadratic", "linear-zero-snr", "logsnr:9,2,-9", "logsnr:7.5,5,1.25,-4,-8"),
            Of("quadratic", "uniform", "trailing", "leading", "karras", "logsnr", "linspace") + random.Next(1, 13),
            Of("ddim", "ddim", "ddpm", "ddpm:large", "ddpm:0.5", "heun", "dpm++2m", "standard", "closed"),
            Of(0, 0.3, 1),
            Of("auto", "none", "2"),
            Of(50, 400, 1000),
            random.Next(2, 300),
            random.Next(1, 901));

        T Of<T>(params T[] choices) => choices[random.Next(choices.Length)];
    }

    [Fact]
    public async Task Fifty_random_states_have_the_numbers_of_the_library()
    {
        // From one seed, so that a failure is found again.
        var random = new Random(12);
        for (int i = 0; i < 50; i++)
        {
            State state = Any(random);
            using var scope = NewDisposeScope();
            Answered answer = await lab.AnswerAsync(state.Pairs);
            Sampler sampler = state.Sampler;
            var denoiser = new GaussianMixtureDenoiser(state.Mixture);
            Tensor Start(int seed) => Noise.Gaussian([state.Count, 2], seed, ScalarType.Float64);

            SamplingResult run = sampler.Run(denoiser, Start(state.Seed));
            Assert.Equal(Singles(run.Sample), Asking.Floats(answer.Walked.GetProperty("samples")));
            JsonElement cost = answer.Walked.GetProperty("cost");
            Assert.Equal(run.Cost.DenoiserCalls, cost.GetProperty("calls").GetInt64());
            Assert.Equal(run.Cost.ForwardSteps, cost.GetProperty("forwardSteps").GetInt64());
            Assert.Equal(
                Sampler.Standard(sampler.Schedule, Stride.Parse(state.Stride)).Run(denoiser, Start(1).narrow(0, 0, 1)).Cost.ForwardSteps,
                cost.GetProperty("standardForwardSteps").GetInt64());

            AssertSteps(sampler.Walk(denoiser, Start(state.Seed)), answer, state);

            double[] distances = [.. Enumerable.Range(state.Seed, 5).Select(seed =>
                SlicedWasserstein.Distance(sampler.Run(denoiser, Start(seed)).Sample, state.Mixture.Sample(4 * state.Count, 1000 + seed)))];
            Interval mean = Interval.OfRuns(distances);
            JsonElement distance = answer.Done.GetProperty("distance");
            Numbers.AssertNear(mean.Value, answer.Distance, 1e-12, $"distance of {state}");
            Numbers.AssertNear(mean.Low, distance.GetProperty("interval")[0].GetDouble(), 1e-12, $"low of {state}");
            Numbers.AssertNear(mean.High, distance.GetProperty("interval")[1].GetDouble(), 1e-12, $"high of {state}");
            double floor = Enumerable.Range(state.Seed, 5).Average(seed =>
                SlicedWasserstein.Distance(state.Mixture.Sample(state.Count, 1999 + seed), state.Mixture.Sample(4 * state.Count, 1000 + seed)));
            Numbers.AssertNear(floor, distance.GetProperty("floor").GetDouble(), 1e-12, $"floor of {state}");
        }
    }

    [Fact]
    public async Task A_rival_runs_the_same_course_and_the_difference_is_taken_in_pairs()
    {
        (string, string)[] course = [("count", "300"), ("seed", "7")];
        Answered b = await lab.AnswerAsync([.. course, ("stride", "trailing8"), ("a.stride", "quadratic3"), ("a.schedule", "cosine"), ("a.count", "9")]);
        Answered alone = await lab.AnswerAsync([.. course, ("stride", "quadratic3"), ("schedule", "cosine")]);

        double[] Distances(string schedule, string stride) => [.. Enumerable.Range(7, 5).Select(seed =>
        {
            using var scope = NewDisposeScope();
            return SlicedWasserstein.Distance(
                new Sampler(NoiseSchedule.Parse(schedule, 1000), Stride.Parse(stride)).Run(
                    new GaussianMixtureDenoiser(GaussianMixture.ThreeModes), Noise.Gaussian([300, 2], seed, ScalarType.Float64)).Sample,
                GaussianMixture.ThreeModes.Sample(1200, 1000 + seed));
        })];
        Interval expected = Interval.OfRuns([.. Distances("linear", "trailing8").Zip(Distances("cosine", "quadratic3"), (mine, theirs) => mine - theirs)]);
        JsonElement difference = b.Done.GetProperty("difference");
        Numbers.AssertNear(expected.Value, difference.GetProperty("value").GetDouble(), 1e-12, "difference");
        Numbers.AssertNear(expected.Low, difference.GetProperty("low").GetDouble(), 1e-12, "low");
        Numbers.AssertNear(expected.High, difference.GetProperty("high").GetDouble(), 1e-12, "high");
        Assert.Equal("B", difference.GetProperty("better").GetString());
        Assert.Equal(alone.Walked.GetProperty("samples").GetString(), b.Samples.GetProperty("rival").GetProperty("samples").GetString());
        Assert.Equal(alone.Distance, b.Done.GetProperty("rivalDistance").GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("", null, 1)]
    [InlineData("3", 3, 1)]
    [InlineData("3", 3, 2.5)]
    public async Task Digits_are_those_of_ddm_sample_and_their_distance_is_that_to_a_long_run(string label, int? asked, double guidance)
    {
        using var scope = NewDisposeScope();
        Answered answer = await lab.AnswerAsync(
            ("data", "digits"), ("stride", "trailing3"), ("schedule", "cosine"), ("count", "4"), ("seed", "5"), ("rule", "ddpm"), ("class", label), ("guidance", $"{guidance}"));

        using DenoisingNetwork network = Checkpoints.Load("digits");
        IDenoiser denoiser = network.Conditional([.. Enumerable.Range(0, 4).Select(i => (long)(asked ?? i))], guidance);
        Tensor start = Noise.Gaussian([4, 1, 16, 16], seed: 5);
        Tensor samples = Sampler.Ancestral(NoiseSchedule.Cosine(1000), Stride.Trailing(3)).Run(denoiser, start, seed: 5).Sample;
        Tensor far = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(50)).Run(denoiser, start, seed: 5).Sample;
        double[] each = [.. samples.Values().Zip(far.Values(), (near, long50) => Math.Pow(near - long50, 2)).Chunk(256).Select(picture => Math.Sqrt(picture.Average()))];
        Numbers.AssertNear(each.Average(), answer.Distance, 1e-12, "distance");
        Assert.Equal(JsonValueKind.Null, answer.Done.GetProperty("distance").GetProperty("floor").ValueKind);
        Assert.Equal(3, answer.Walked.GetProperty("cost").GetProperty("calls").GetInt64());

        using var folder = new TemporaryFolder();
        PictureGrid.Save(folder.File("expected.png"), samples, columns: 8);
        string png = answer.Walked.GetProperty("samples").GetString()!;
        Assert.Equal(Pixels(File.ReadAllBytes(folder.File("expected.png"))), Pixels(Convert.FromBase64String(png["data:image/png;base64,".Length..])));
    }

    [Fact]
    public async Task A_long_walk_shows_some_steps_and_the_way_of_the_followed_points_whole()
    {
        Answered answer = await lab.AnswerAsync(("stride", "full"), ("T", "200"), ("count", "50"), ("follow", "49,3"));

        JsonElement frames = answer.Steps.GetProperty("answer");
        int[] shown = [.. frames.EnumerateArray().Select(frame => frame.GetProperty("k").GetInt32())];
        Assert.Equal((0, 199, 200), (shown[0], shown[^2], shown[^1]));
        Assert.InRange(shown.Length, 20, 27);
        float[] path = Asking.Floats(answer.Walked.GetProperty("path").GetProperty("x"));
        Assert.Equal(201 * 2 * 2, path.Length);
        float[] samples = Asking.Floats(answer.Walked.GetProperty("samples"));
        Assert.Equal([samples[98], samples[99], samples[6], samples[7]], path[^4..]);
        Assert.Equal(200, answer.Walked.GetProperty("terms").GetArrayLength());
    }

    [Fact]
    public async Task The_curve_is_the_schedules()
    {
        using JsonDocument curve = JsonDocument.Parse(await lab.Client.GetStringAsync(
            "api/schedule?schedule=logsnr:8,1,-7&T=500&stride=karras6", TestContext.Current.CancellationToken));
        var schedule = NoiseSchedule.FromLogSnr(500, 8, 1, -7);
        int[] t = [.. curve.RootElement.GetProperty("t").EnumerateArray().Select(number => number.GetInt32())];
        Assert.Equal((0, 500, 201), (t[0], t[^1], t.Length));
        Assert.Equal(t.Select(schedule.AlphaBar), Doubles(curve.RootElement.GetProperty("alphaBar")));
        Assert.Equal(t.Skip(1).Select(schedule.LogSnr), Doubles(curve.RootElement.GetProperty("logSnr")).Skip(1));
        Assert.Equal(t.Select(step => 1 / Math.Sqrt(schedule.Snr(step))), Doubles(curve.RootElement.GetProperty("sigma")));
        Assert.Equal(
            Stride.Karras(6).Timesteps(schedule), curve.RootElement.GetProperty("timesteps").EnumerateArray().Select(number => number.GetInt32()));
    }

    [Theory]
    [InlineData("trajectory")]
    [InlineData("outcome")]
    public async Task The_best_stride_is_the_one_that_the_library_finds(string objective)
    {
        var events = await Asking.EventsAsync(lab.Client, $"api/stride?T=60&schedule=cosine&k=4&objective={objective}");

        OptimalStride best = new StrideFinder(NoiseSchedule.Cosine(60), GaussianMixture.ThreeModes).Find(
            StrideFamily.Parse(objective).Objective!.Value, 4, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("done", events[^1].Name);
        Assert.Contains(events, told => told.Name == "progress");
        Assert.Equal($"{best.Stride}", events[^1].Data.GetProperty("stride").GetString());
        Assert.Equal(best.Cost, events[^1].Data.GetProperty("cost").GetDouble());
    }

    private static void AssertSteps(IEnumerable<SamplingStep> walk, Answered answer, State state)
    {
        JsonElement terms = answer.Walked.GetProperty("terms"), frames = answer.Steps.GetProperty("answer");
        float[] path = Asking.Floats(answer.Walked.GetProperty("path").GetProperty("x"));
        int followed = answer.Walked.GetProperty("path").GetProperty("follow").GetArrayLength();
        foreach (SamplingStep step in walk)
        {
            using var scope = NewDisposeScope();
            JsonElement term = terms[step.Index], frame = frames[step.Index];
            Assert.Equal((step.Timestep, step.PreviousTimestep), (term.GetProperty("t").GetInt32(), term.GetProperty("s").GetInt32()));
            Assert.Equal(Singles(step.Noisy), Asking.Floats(frame.GetProperty("x")));
            Assert.Equal(Singles(step.EstimatedSample), Asking.Floats(frame.GetProperty("xhat0")));
            Assert.Equal(Singles(step.Noisy)[..(2 * followed)], path[(2 * followed * step.Index)..(2 * followed * (step.Index + 1))]);
            double[] sample = [.. step.EstimatedSample.Values().Select(number => step.Transition.To.SignalRate * number)];
            double[] direction = [.. step.ScaledPrevious.Values().Zip(sample, (whole, part) => whole - part)];
            AssertTerm("sample", sample, step.Transition.To.SignalRate);
            AssertTerm("direction", direction, direction.Zip(step.EstimatedNoise.Values(), (product, factor) => product / factor).Median());
            AssertTerm("noise", step.RandomTerm.Values(), coefficient: null);

            void AssertTerm(string name, double[] product, double? coefficient)
            {
                JsonElement shown = term.GetProperty(name);
                Numbers.AssertNear(Math.Sqrt(product.Average(part => part * part)), shown.GetProperty("rms").GetDouble(), 1e-9, $"{name} of {state}");
                Numbers.AssertNear(coefficient ?? shown.GetProperty("coefficient").GetDouble(), shown.GetProperty("coefficient").GetDouble(), 1e-6, $"{name} of {state}");
                Numbers.AssertNear(product[0], shown.GetProperty("at")[0].GetDouble(), 1e-9, $"{name} of {state}");
            }
        }
    }

    private static GaussianMixture Around(string points)
    {
        using Tensor some = PointSets.Generate(points, 256, seed: 1);
        return GaussianMixture.Around(some, 0.08);
    }

    private static float[] Singles(Tensor tensor) => [.. tensor.Values().Select(number => (float)number)];

    private static IEnumerable<double> Doubles(JsonElement numbers) =>
        numbers.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble());

    /// <summary>The pictures in a PNG, without the gaps, which a page and a file colour differently.</summary>
    private static byte[] Pixels(byte[] png)
    {
        using var bitmap = SkiaSharp.SKBitmap.Decode(png);
        return [.. Enumerable.Range(0, bitmap.Width * bitmap.Height)
            .Where(i => i % bitmap.Width % 17 < 16 && i / bitmap.Width % 17 < 16)
            .Select(i => bitmap.GetPixel(i % bitmap.Width, i / bitmap.Width).Red)];
    }
}

file static class Middle
{
    public static double Median(this IEnumerable<double> numbers) =>
        numbers.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : double.NaN;
}
