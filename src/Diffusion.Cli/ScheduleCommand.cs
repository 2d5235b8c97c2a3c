using System.CommandLine;
using System.Text.Json;

namespace Diffusion.Cli;

/// <summary><c>ddm schedule</c>: a schedule's tables, as JSON on standard output.</summary>
internal static class ScheduleCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--schedule") { Description = $"One of {string.Join(", ", NoiseSchedule.Names)}.", Required = true };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps.", DefaultValueFactory = _ => 1000 };
        var command = new Command("schedule", "Prints β, ᾱ and the posterior's coefficients at every timestep.") { name, timesteps };
        command.SetAction(parsed => BadInput.Report(() => Run(parsed.GetRequiredValue(name), parsed.GetValue(timesteps))));
        return command;
    }

    private static int Run(string name, int T)
    {
        var schedule = NoiseSchedule.Parse(name, T);
        int[] timesteps = [.. Enumerable.Range(1, T)];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            schedule = name,
            T,
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
