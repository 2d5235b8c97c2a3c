using static TorchSharp.torch;

namespace Diffusion;

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
    /// <param name="bound">The bound on x̂0; by default ±1 for pictures and none for anything else.</param>
    /// <param name="progress">Told the steps that are done.</param>
    public static JumpCosts Costs(NoiseSchedule schedule, IDenoiser denoiser, Tensor start, SampleBound? bound = null, IProgress<int>? progress = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int T = schedule.T;
        Tensor x = zeros([T + 1, start.numel()], ScalarType.Float64), sample = zeros_like(x);
        var sampler = new Sampler(schedule) { Bound = bound ?? SampleBound.Automatic };
        foreach (SamplingStep step in sampler.Walk(denoiser, start))
        {
            using var inner = NewDisposeScope();
            x[step.Timestep].copy_(step.Noisy.reshape(-1));
            sample[step.Timestep].copy_(step.EstimatedSample.reshape(-1));
            x[step.PreviousTimestep].copy_(step.Next.reshape(-1));
            progress?.Report(step.Index + 1);
        }

        // ‖a·x_t + b·x̂0_t − x_s‖² for all pairs needs inner products only.
        double[,] xx = Products(x, x), dx = Products(sample, x), dd = Products(sample, sample);
        double numbers = start.numel();
        return new(T, (t, s) =>
        {
            Jump jump = schedule.Jump(t, s);
            double a = jump.NoiseRate(0) / jump.From.NoiseRate, b = jump.To.SignalRate - a * jump.From.SignalRate;
            double squared = a * a * xx[t, t] + b * b * dd[t, t] + xx[s, s] + 2 * a * b * dx[t, t] - 2 * a * xx[t, s] - 2 * b * dx[t, s];
            return Math.Max(0, squared / numbers);
        });

        static double[,] Products(Tensor left, Tensor right)
        {
            using Tensor product = matmul(left, right.t());
            return (double[,])product.data<double>().ToNDArray();
        }
    }
}
