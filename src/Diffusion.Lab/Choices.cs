namespace Diffusion.Lab;

/// <summary>What the page offers, and the curves that it draws while a handle is dragged.</summary>
internal static class Choices
{
    private const int MaxCurvePoints = 200;

    public static object All(string? checkpoint, Subjects subjects) => new
    {
        schedules = NoiseSchedule.Names,
        strides = new[] { "quadratic", "uniform", "trailing", "leading", "linspace", "logsnr", "karras" },
        rules = new[] { "ddim", "ddpm", "ddpm:large", "standard", "closed", "heun", "dpm++2m" },
        objectives = new[] { "outcome", "trajectory", "likelihood" },
        data = new[] { Subject.Default }.Concat(PointSets.Names).Select(name => (object)new
        {
            name,
            kind = "points",
            modes = name == Subject.Default ? MixtureSubject.Write(GaussianMixture.ThreeModes) : null,
        }).Concat(Checkpoints.Names.Append(Subject.Own).Where(name => name != Subject.Own || checkpoint is not null).Select(name => new
        {
            name,
            kind = "pictures",
            classes = subjects.Network(name).Network.Classes,
            shape = subjects.Network(name).Network.SampleShape,
            file = name == Subject.Own ? checkpoint : null,
        })),
        limits = new { points = Choice.MaxPoints, pictures = Choice.MaxPictures, Choice.MaxT, calls = Choice.MaxCalls },
    };

    /// <summary>ᾱ, log-SNR and σ at up to 200 timesteps, and the timesteps that the stride visits.</summary>
    public static object Curve(Choice choice)
    {
        NoiseSchedule schedule = choice.Schedule;
        int points = Math.Min(MaxCurvePoints, schedule.T);
        int[] t = [.. Enumerable.Range(1, points).Select(i => (int)Math.Round((double)i * schedule.T / points))];
        return new
        {
            t,
            alphaBar = t.Select(schedule.AlphaBar),
            logSnr = t.Select(at => Math.Clamp(schedule.LogSnr(at), -40, 40)),
            sigma = t.Select(at => schedule.Level(at).NoiseRate),
            timesteps = choice.Stride.Timesteps(schedule),
        };
    }
}
