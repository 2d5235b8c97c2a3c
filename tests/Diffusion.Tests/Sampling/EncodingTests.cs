using static TorchSharp.torch;

namespace Diffusion.Tests;

public class EncodingTests
{
    private static readonly GaussianMixtureDenoiser Denoiser = new(Examples.ThreeModes);

    [Theory]
    [InlineData("ddim:0.5")]
    [InlineData("ddpm")]
    [InlineData("ddpm:large")]
    public void Rules_that_add_noise_do_not_encode(string rule)
    {
        using Tensor clean = zeros(2, 2);
        var sampler = new Sampler(NoiseSchedule.Cosine(10), rule: StepRule.Parse(rule));
        Refused.With("rule", rule, "without noise", () => sampler.Encode(Denoiser, clean));
    }

    [Fact]
    public void Nothing_encodes_to_pure_noise()
    {
        using Tensor clean = zeros(2, 2);
        var sampler = new Sampler(NoiseSchedule.FromAlphaBar([0.5, 0]));
        Refused.With("stride", "ᾱ = 0 at timestep 2", "ᾱ above 0", () => sampler.Encode(Denoiser, clean));
    }

    [Theory]
    [InlineData("ddim", 20)]
    [InlineData("dpm++2m", 20)]
    [InlineData("heun", 39)]
    public void Encoding_takes_as_many_calls_as_sampling_and_leaves_its_input(string rule, int calls)
    {
        using var scope = NewDisposeScope();
        Tensor clean = Examples.ThreeModes.Sample(4, 1), copy = clean.clone();
        var counting = new CountingDenoiser(Denoiser);
        var sampler = new Sampler(NoiseSchedule.Cosine(1000), Stride.Uniform(20), StepRule.Parse(rule));
        Assert.Equal(calls, sampler.Encode(counting, clean).Cost.DenoiserCalls);
        Assert.Equal(calls, counting.Calls);
        Assert.Equal(copy.Bytes(), clean.Bytes());
    }

    [Fact]
    public void The_standard_algorithm_encodes_to_where_its_closed_form_does()
    {
        using var scope = NewDisposeScope();
        Tensor clean = Examples.ThreeModes.Sample(4, 1);
        var schedule = NoiseSchedule.Linear(100);
        SamplingResult standard = Sampler.Standard(schedule).Encode(Denoiser, clean), closed = Sampler.ClosedForm(schedule).Encode(Denoiser, clean);
        Numbers.AssertNear(closed.Sample, standard.Sample, 1e-12, "x_T");
        Assert.Equal(Enumerable.Range(2, 99).Sum(), standard.Cost.ForwardSteps);
    }

    [Fact]
    public void Encoded_data_look_like_starts()
    {
        // The probability-flow ODE carries the data's distribution to N(0, I).
        using var scope = NewDisposeScope();
        var sampler = new Sampler(NoiseSchedule.Cosine(1000), Stride.Uniform(200), new HeunRule());
        double[] encoded = sampler.Encode(Denoiser, Examples.ThreeModes.Sample(4000, 7)).Sample.Values();
        double mean = encoded.Average(), variance = encoded.Average(x => x * x);
        Assert.InRange(mean, -0.06, 0.06);
        Assert.InRange(variance, 0.93, 1.07);
    }
}
