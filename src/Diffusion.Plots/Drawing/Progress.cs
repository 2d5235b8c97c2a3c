using System.Globalization;

namespace Diffusion.Plots.Drawing;

internal enum ProgressState
{
    Running,
    Finished,
    Stopped,
}

/// <summary>How far a loop has come.</summary>
internal sealed record Progress(string What, int? Total)
{
    public int Done { get; init; }

    public string Note { get; init; } = "";

    public TimeSpan Elapsed { get; init; }

    public ProgressState State { get; init; }

    /// <summary>Between 0 and 1, or null where the total is not known.</summary>
    public double? Share => Total is > 0 ? Math.Clamp(Done / (double)Total, 0, 1) : null;

    /// <summary>One line; rate and time left while the loop runs, no times afterwards.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Total is null ? $"{Done}" : $"{Done} of {Total}" };
        if (State == ProgressState.Running && Done > 0 && Elapsed.TotalSeconds > 0.5)
        {
            var rate = Done / Elapsed.TotalSeconds;
            parts.Add(rate >= 1 ? $"{Short(rate)} a second" : $"{Short(1 / rate)} s each");
            if (Total - Done is > 0 and var left)
            {
                parts.Add($"{Time(TimeSpan.FromSeconds(left / rate))} left");
            }
        }
        if (State == ProgressState.Stopped)
        {
            parts.Add("stopped");
        }
        if (Note.Length > 0)
        {
            parts.Add(Note);
        }
        return $"{What}: {string.Join(" · ", parts)}";
    }

    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h"),
    };

    private static string Short(double value) => value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
