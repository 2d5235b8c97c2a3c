using static TorchSharp.torch;

namespace Diffusion.Tests;

public class SamplerRefusalTests
{
    private static readonly Sampler Stochastic = Sampler.Strided(NoiseSchedule.Cosine(10), Stride.Uniform(3), eta: 1);

    [Fact]
    public void A_stride_that_does_not_fit_the_schedule_is_refused() =>
        Refused.With("stride", "uniform20", "T = 10", () => Sampler.Strided(NoiseSchedule.Cosine(10), Stride.Uniform(20)));

    [Fact]
    public void Recorded_noise_that_runs_out_or_has_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        Tensor start = zeros(4, 2);
        IDenoiser denoiser = Wavy.Of(PredictionTarget.Noise);
        Refused.With("noise", "1 steps", "step 2 has none", () => Stochastic.Run(denoiser, start, new RecordedNoise([zeros(4, 2)])));
        Refused.With("noise", "[1, 2]", "[4, 2]", () => Stochastic.Run(denoiser, start, new RecordedNoise([zeros(1, 2), zeros(1, 2)])));
        Refused.With("noise", "[2]", "[4, 2]", () => Stochastic.Walk(denoiser, start, new RecordedNoise([zeros(2), zeros(2)])));
    }

    [Fact]
    public void An_answer_of_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        var denoiser = new DelegateDenoiser(PredictionTarget.Noise, (x, _) => x.mean([1], keepdim: true));
        Refused.With("the denoiser's answer", "[4, 1]", "[4, 2]", () => Stochastic.Run(denoiser, zeros(4, 2)));
        Refused.With("the denoiser's answer", "[4, 1]", "[4, 2]", () => Stochastic.Walk(denoiser, zeros(4, 2)));
    }

    [Fact]
    public void Terms_refuse_what_does_not_belong_together()
    {
        using var scope = NewDisposeScope();
        Tensor x = zeros(4, 2);
        Transition jump = NoiseSchedule.Cosine(10).Transition(5, 2);
        Prediction good = new(PredictionTarget.Noise, zeros(4, 2));
        Refused.With("prediction", "[1, 2]", "[4, 2]", () => SamplingEquation.Terms(x, new(PredictionTarget.Noise, zeros(1, 2)), jump));
        Refused.With("z", "[2]", "[4, 2]", () => SamplingEquation.Terms(x, good, jump, eta: 1, z: zeros(2)));
        Refused.With("eta", "NaN", "[0, 1]", () => SamplingEquation.Terms(x, good, jump, double.NaN));
        Refused.With("clip", "-1", "a positive number", () => SamplingEquation.Terms(x, good, jump, clip: -1));
    }

    [Fact]
    public void A_noise_prediction_at_pure_noise_is_refused_in_one_line_and_the_others_are_not()
    {
        using var scope = NewDisposeScope();
        var sampler = new Sampler(NoiseSchedule.FromAlphaBar([0.5, 0]));
        Tensor start = ones(2, 2, ScalarType.Float64);
        foreach (Action sample in new Action[]
        {
            () => sampler.Run(Wavy.Of(PredictionTarget.Noise), start),
            () => sampler.Walk(Wavy.Of(PredictionTarget.Noise), start).Count(),
        })
        {
            string message = Assert.Throws<InvalidInputException>(sample).Message;
            Assert.Contains("ᾱ = 0", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        Assert.True(double.IsFinite(sampler.Run(Wavy.Of(PredictionTarget.Sample), start).Sample.LargestMagnitude()));
        Assert.True(double.IsFinite(sampler.Run(Wavy.Of(PredictionTarget.Velocity), start).Sample.LargestMagnitude()));
    }

    [Fact]
    public void A_lambda_may_answer_with_its_own_input()
    {
        using var scope = NewDisposeScope();
        var same = new DelegateDenoiser(PredictionTarget.Sample, (x, _) => x);
        Tensor start = ones(2, 2, ScalarType.Float64);
        Tensor result = Stochastic.Run(same, start, new RecordedNoise([zeros(2, 2), zeros(2, 2)])).Sample;
        Tensor? walked = null;
        foreach (SamplingStep step in Stochastic.Walk(same, start, new RecordedNoise([zeros(2, 2), zeros(2, 2)])))
        {
            Assert.Equal(step.Noisy.Values(), step.EstimatedSample.Values());
            walked = step.Next.clone();
        }

        Assert.Equal(walked!.Values(), result.Values());
    }
}
