using System.CommandLine;
using System.Text.Json;

namespace Diffusion.Cli;

/// <summary><c>ddm schedule</c>: a schedule's tables, as JSON on standard output.</summary>
internal static class ScheduleCommand
{
    public static Command Create()
    {
        var sampling = new SamplerOptions();
        sampling.Schedule.Required = true;
        sampling.Schedule.Description = $"One of {string.Join(", ", NoiseSchedule.Names)}; or linear:0.0001:0.02, whose β runs between these.";
        var command = new Command("schedule", "Prints β, ᾱ and the posterior's coefficients at every timestep.")
        {
            sampling.Schedule, sampling.T,
        };
        command.SetAction(parsed => Refusal.Of(() => Print(sampling.ReadSchedule(parsed), parsed.GetValue(sampling.Schedule)!)));
        return command;
    }

    private static int Print(NoiseSchedule schedule, string name)
    {
        int[] timesteps = [.. Enumerable.Range(1, schedule.T)];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            schedule = name,
            schedule.T,
            t = timesteps,
            beta = timesteps.Select(schedule.Beta),
            alphaBar = timesteps.Select(schedule.AlphaBar),
            posteriorVariance = timesteps.Select(schedule.PosteriorVariance),
            posteriorMeanCoef1 = timesteps.Select(schedule.PosteriorMeanCoef1),
            posteriorMeanCoef2 = timesteps.Select(schedule.PosteriorMeanCoef2),
        }));
        return 0;
    }
}
