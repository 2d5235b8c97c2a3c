namespace Diffusion.Lab;

/// <summary>What can be chosen, and what a schedule and a stride look like.</summary>
internal static class LabChoices
{
    private const int CurvePoints = 201;

    private static readonly string[] Strides =
    [
        "quadratic5", "uniform5", "trailing5", "leading5", "linspace5", "logsnr5", "karras5", "karras5:3", "ddim5", "10,15,20",
        "0-200:5,200-1000:10", "custom:1,250,1000", "full",
    ];

    private static readonly string[] Rules = ["ddim", "ddpm", "ddpm:large", "standard", "closed", "heun", "dpm++2m"];

    /// <summary>Everything that the page offers.</summary>
    public static object Describe(Subjects subjects) => new
    {
        schedules = NoiseSchedule.Names,
        strides = Strides,
        rules = Rules,
        data = subjects.Describe(),
        limits = new Dictionary<string, int>
        {
            ["points"] = Limits.Points,
            ["pictures"] = Limits.Pictures,
            ["T"] = Limits.T,
            ["K"] = Limits.Steps,
            ["modes"] = Limits.Modes,
            ["seed"] = Limits.Seed,
            ["follow"] = Limits.Paths,
            ["frames"] = Limits.Frames,
            ["framePoints"] = Limits.FramePoints,
            ["framePictures"] = Limits.FramePictures,
        },
    };

    /// <summary>The curve at up to 201 timesteps, and the timesteps visited.</summary>
    public static object Describe(Choice choice)
    {
        NoiseSchedule schedule = choice.Sampler.Schedule;
        int points = Math.Min(CurvePoints, schedule.T + 1);
        int[] t = [.. Enumerable.Range(0, points).Select(i => (int)((long)i * schedule.T / (points - 1)))];
        return new
        {
            t,
            alphaBar = t.Select(schedule.AlphaBar),
            logSnr = t.Select(schedule.LogSnr),
            sigma = t.Select(step => 1 / Math.Sqrt(schedule.Snr(step))),
            timesteps = choice.Sampler.Timesteps,
            text = schedule.Name,
        };
    }
}
