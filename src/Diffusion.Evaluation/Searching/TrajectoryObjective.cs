using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The trajectory's view of a stride, for the sampling equation at η = 0: a jump t → s costs the squared distance, per
/// number, between where it lands and where the sampler that visits every timestep is at s, when both start from that
/// sampler's x_t.
/// </summary>
public static class TrajectoryObjective
{
    /// <summary>The cost of every jump, from one fine run.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x_T, [N, …]. Memory for T + 1 copies of it is needed, in double.</param>
    /// <param name="clipping">How x̂0 is clipped; by default ±1 for pictures and not for anything else.</param>
    /// <param name="progress">Told the steps that are done.</param>
    public static JumpCosts Costs(
        NoiseSchedule schedule, IDenoiser denoiser, Tensor start, Clipping? clipping = null, IProgress<int>? progress = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int T = schedule.T;
        Tensor x = zeros([T + 1, start.numel()], ScalarType.Float64), sample = zeros_like(x), noise = zeros_like(x);
        var sampler = new Sampler(schedule) { Clipping = clipping ?? Clipping.Automatic };
        foreach (SamplingStep step in sampler.Walk(denoiser, start))
        {
            using var inner = NewDisposeScope();
            x[step.PreviousTimestep].copy_(step.Next.reshape(-1));
            sample[step.Timestep].copy_(step.EstimatedSample.reshape(-1));
            noise[step.Timestep].copy_(step.EstimatedNoise.reshape(-1));
            progress?.Report(step.Index + 1);
        }

        // ‖√ᾱ_s·x̂0 + √(1−ᾱ_s)·ε̂ − x_s‖² for all pairs needs inner products only.
        double[] xx = Squares(x), dd = Squares(sample), ee = Squares(noise), de = (sample * noise).sum(1).data<double>().ToArray();
        double[,] dx = Products(sample, x), ex = Products(noise, x);
        double numbers = start.numel();
        return new(T, (t, s) =>
        {
            double a = schedule.Level(s).SignalRate, b = schedule.Level(s).NoiseRate;
            double squared = a * a * dd[t] + b * b * ee[t] + xx[s] + 2 * a * b * de[t] - 2 * a * dx[t, s] - 2 * b * ex[t, s];
            return Math.Max(0, squared / numbers);
        });

        static double[] Squares(Tensor rows) => rows.Squared().sum(1).data<double>().ToArray();

        static double[,] Products(Tensor left, Tensor right)
        {
            using Tensor product = matmul(left, right.t());
            return (double[,])product.data<double>().ToNDArray();
        }
    }
}
