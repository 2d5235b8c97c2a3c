using System.Globalization;

namespace Diffusion;

/// <summary>
/// K timesteps whose σ = √((1−ᾱ)/ᾱ) follows σ_k = (σ_1^{1/ρ} + (k−1)/(K−1)·(σ_T^{1/ρ} − σ_1^{1/ρ}))^ρ
/// (Karras et al. 2022, eq. 5).
/// </summary>
internal sealed record KarrasStride(int Count, double Rho) : ScheduleStride
{
    public const double DefaultRho = 7;

    private protected override string Text => Rho == DefaultRho
        ? $"karras{Count}"
        : string.Create(CultureInfo.InvariantCulture, $"karras{Count}:{Rho}");

    private protected override int[] Select(NoiseSchedule schedule)
    {
        AtMost(Count, schedule.T);
        return schedule.AlphaBar(schedule.T) == 0
            ? [.. Ramp(schedule, Count - 1, schedule.T - 1), schedule.T] // σ_T is infinite: T by itself, the ramp up to T − 1.
            : Ramp(schedule, Count, schedule.T);
    }

    private int[] Ramp(NoiseSchedule schedule, int count, int last)
    {
        double smallest = Math.Pow(Sigma(schedule, 1), 1 / Rho), largest = Math.Pow(Sigma(schedule, last), 1 / Rho);
        double[] sigmas =
        [
            .. Enumerable.Range(1, count).Select(k => Math.Pow(count == 1 ? largest : smallest + (largest - smallest) * (k - 1) / (count - 1), Rho)),
        ];
        // Compared in log σ, the scale on which a level's neighbours are equally far.
        return Nearest([.. sigmas.Select(sigma => -Math.Log(sigma))], t => -Math.Log(Sigma(schedule, t)), last);
    }

    private static double Sigma(NoiseSchedule schedule, int t) => 1 / Math.Sqrt(schedule.Snr(t));
}
