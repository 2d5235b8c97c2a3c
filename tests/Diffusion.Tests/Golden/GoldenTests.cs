using System.Text.Json;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class GoldenTests
{
    [Fact]
    public void Schedule_tables_equal_the_peers()
    {
        foreach (JsonElement table in GoldenNumbers.Tables)
        {
            var schedule = NoiseSchedule.Parse(table.GetProperty("schedule").GetString()!, table.GetProperty("T").GetInt32());
            int[] timesteps = [.. table.Doubles("t").Select(t => (int)t)];
            Compare("beta", schedule.Beta);
            Compare("alphaBar", schedule.AlphaBar);
            Compare("posteriorVariance", schedule.PosteriorVariance);
            Compare("posteriorMeanCoef1", schedule.PosteriorMeanCoef1);
            Compare("posteriorMeanCoef2", schedule.PosteriorMeanCoef2);

            void Compare(string name, Func<int, double> actual)
            {
                double[] expected = table.Doubles(name);
                Assert.Equal(timesteps.Length, expected.Length);
                for (int i = 0; i < expected.Length; i++)
                {
                    GoldenNumbers.AssertClose(expected[i], actual(timesteps[i]), 1e-9, $"{schedule} {name}({timesteps[i]})");
                }
            }
        }
    }

    [Fact]
    public void Stride_lists_equal_the_peers()
    {
        foreach (JsonElement golden in GoldenNumbers.Strides)
        {
            var stride = Stride.Parse(golden.GetProperty("spec").GetString()!);
            Assert.Equal(golden.Doubles("timesteps").Select(t => (int)t), stride.Timesteps(golden.GetProperty("T").GetInt32()));
        }
    }

    [Fact]
    public void Trajectories_equal_the_peers()
    {
        foreach (JsonElement golden in GoldenNumbers.Trajectories)
        {
            using var scope = NewDisposeScope();
            JsonElement[] expected = [.. golden.GetProperty("trajectory").EnumerateArray()];
            Tensor[] noise = golden.TryGetProperty("noise", out JsonElement given) ? [.. given.EnumerateArray().Select(Rows)] : [];
            Sampler sampler = SamplerOf(golden);
            int step = 0;
            foreach (SamplingStep actual in sampler.Walk(Denoiser(golden.GetProperty("mixture")), Rows(golden.GetProperty("start")), new RecordedNoise(noise)))
            {
                string what = $"{sampler.Schedule} {sampler.Rule} step {step}";
                Assert.Equal(expected[step].GetProperty("t").GetInt32(), actual.Timestep);
                Assert.Equal(expected[step].GetProperty("tPrev").GetInt32(), actual.PreviousTimestep);
                AssertClose(expected[step].GetProperty("x"), actual.Noisy, what);
                AssertClose(expected[step].GetProperty("estimatedSample"), actual.EstimatedSample, what);
                AssertClose(expected[step].GetProperty("next"), actual.Next, what);
                step++;
            }

            Assert.Equal(expected.Length, step);
        }
    }

    private static Sampler SamplerOf(JsonElement golden)
    {
        StepRule rule = golden.GetProperty("method").GetString() == "ddpm"
            ? StepRule.Parse($"ddpm:{golden.GetProperty("variance").GetString()}")
            : new SamplingEquationRule(golden.GetProperty("eta").GetDouble());
        return new(
            NoiseSchedule.Parse(golden.GetProperty("schedule").GetString()!, golden.GetProperty("T").GetInt32()),
            Stride.Parse(golden.GetProperty("stride").GetString()!),
            rule);
    }

    private static GaussianMixtureDenoiser Denoiser(JsonElement mixture) => new(new(
        mixture.Doubles("weights"),
        [.. mixture.GetProperty("means").EnumerateArray().Select(mean => mean.EnumerateArray().Select(value => value.GetDouble()).ToArray())],
        mixture.Doubles("stds")));

    private static Tensor Rows(JsonElement rows)
    {
        double[][] each = [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
        return tensor([.. each.SelectMany(row => row)], [each.Length, each[0].Length]);
    }

    /// <remarks>
    /// Relative to the largest coordinate: the peer rebuilds ᾱ of a respaced chain from 1 − β, which costs it nine digits
    /// at ᾱ = 2·10⁻⁹, and a coordinate near zero shows that as a large relative error.
    /// </remarks>
    private static void AssertClose(JsonElement expected, Tensor actual, string what)
    {
        double[] e = Rows(expected).data<double>().ToArray(), a = actual.data<double>().ToArray();
        double largest = e.Max(Math.Abs);
        Assert.Equal(e.Length, a.Length);
        Assert.All(e.Zip(a), pair => Assert.True(
            Math.Abs(pair.Second - pair.First) <= 1e-9 * largest, FormattableString.Invariant($"{what}: expected {pair.First:R}, got {pair.Second:R}")));
    }
}
