using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The likelihood's view of a stride (Watson et al. 2021): a jump t → s costs ½(SNR(s) − SNR(t))·E‖x0 − x̂0(x_t)‖², its
/// term of the variational bound (Kingma et al. 2021, eq. 14). τ_1 = 1 is fixed, because SNR(0) is infinite: the step
/// 1 → 0 is the decoder's, the same for every stride, and left out.
/// </summary>
public static class LikelihoodObjective
{
    /// <summary>E‖x0 − x̂0(x_t)‖² at every timestep, by one pass over data with one noise for all timesteps.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="data">Clean samples, [N, …].</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="progress">Told the timesteps that are done.</param>
    /// <returns>T + 1 numbers; the one at t = 0 is 0.</returns>
    public static double[] Errors(NoiseSchedule schedule, IDenoiser denoiser, Tensor data, int seed = 0, IProgress<int>? progress = null)
    {
        using var noGradient = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        using Tensor noise = empty_like(data).normal_(0, 1, generator);
        var forward = new ForwardProcess(schedule);
        var errors = new double[schedule.T + 1];
        for (int t = 1; t <= schedule.T; t++)
        {
            using var scope = NewDisposeScope();
            NoiseLevel level = schedule.Level(t);
            Tensor x = forward.At(data, t, noise);
            Tensor error = denoiser.Predict(x, level).EstimatedSample(x, level).Plus(data, -1);
            errors[t] = error.to(ScalarType.Float64).Squared().sum().item<double>() / data.shape[0];
            progress?.Report(t);
        }

        return errors;
    }

    /// <summary>The cost of every jump.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="errors">E‖x0 − x̂0(x_t)‖² at t = 0..T, from <see cref="Errors"/>.</param>
    /// <exception cref="InvalidInputException">There are not T + 1 errors.</exception>
    public static JumpCosts Costs(NoiseSchedule schedule, double[] errors) => errors.Length == schedule.T + 1
        ? new(schedule.T, (t, s) => (t, s) switch
        {
            (1, 0) => 0,
            (_, 0) => double.PositiveInfinity,
            _ => (schedule.Snr(s) - schedule.Snr(t)) / 2 * errors[t],
        })
        : throw new InvalidInputException("errors", $"{errors.Length} numbers", $"{schedule.T + 1}, for t = 0..{schedule.T}");
}
