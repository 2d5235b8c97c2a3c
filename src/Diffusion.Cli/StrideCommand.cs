using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Diffusion.Cli;

/// <summary><c>ddm stride</c>: the timesteps that a stride visits, or the best stride under an objective, as JSON on standard output.</summary>
internal static class StrideCommand
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var stride = new Option<string?>("--stride") { Description = "Such as full, uniform50, 10,15,20, trailing10, karras10:7, 0-200:5,200-1000:10 or custom:1,500,1000." };
        var schedule = new Option<string?>("--schedule") { Description = $"One of {string.Join(", ", NoiseSchedule.Names)}; needed by logsnr, karras and --optimize, which takes linear when absent." };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps.", DefaultValueFactory = _ => 1000 };
        var optimize = new Option<string?>("--optimize") { Description = "Finds the best stride instead: by likelihood, trajectory, outcome or outcome-free." };
        var counts = new Option<string>("--K") { Description = "How many timesteps the best stride visits; several with commas.", DefaultValueFactory = _ => "10" };
        var rule = new Option<string>("--rule") { Description = "The step rule that the outcome is taken with.", DefaultValueFactory = _ => "ddim" };
        var mixture = MixtureOption.Create();
        var seed = new Option<int>("--seed") { Description = "The seed that the search draws from.", DefaultValueFactory = _ => 0 };
        var command = new Command("stride", "Prints the timesteps that a stride visits, or finds the best stride for a mixture and its exact denoiser.")
        {
            stride, schedule, timesteps, optimize, counts, rule, mixture, seed,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(BadInput.Report(() =>
        {
            int T = parsed.GetValue(timesteps);
            string? name = parsed.GetValue(schedule);
            return (parsed.GetValue(stride), parsed.GetValue(optimize)) switch
            {
                ({ } text, null) => Print(text, T, name),
                (null, { } objective) => Find(
                    objective, NoiseSchedule.Parse(name ?? "linear", T), Numbers.Whole("--K", parsed.GetValue(counts)!), StepRule.Parse(parsed.GetValue(rule)!),
                    MixtureOption.Read(parsed.GetValue(mixture)), parsed.GetValue(seed), cancellation),
                (null, null) => throw new InvalidInputException("stride", "nothing", "--stride or --optimize"),
                _ => throw new InvalidInputException("stride", "--stride and --optimize", "one of them"),
            };
        })));
        return command;
    }

    private static int Print(string text, int T, string? schedule)
    {
        var stride = Stride.Parse(text);
        IReadOnlyList<int> timesteps = schedule is null ? stride.Timesteps(T) : stride.Timesteps(NoiseSchedule.Parse(schedule, T));
        Console.WriteLine(JsonSerializer.Serialize(new { T, stride = text, timesteps }, Plain));
        return 0;
    }

    private static int Find(
        string name, NoiseSchedule schedule, IReadOnlyList<int> counts, StepRule rule, GaussianMixture mixture, int seed, CancellationToken cancellation)
    {
        StrideObjective objective = Comparing.StrideFamily.Parse(name).Objective
            ?? throw new InvalidInputException("--optimize", $"\"{name}\"", "likelihood, trajectory, outcome or outcome-free");
        var finder = new StrideFinder(schedule, mixture, seed, StrideCache.OfUser);
        var progress = new Percent();
        var found = counts.Select(count =>
        {
            OptimalStride best = finder.Find(objective, count, rule, progress, cancellation);
            return new { K = count, cost = best.Cost, stride = $"{best.Stride}", timesteps = best.Stride.Timesteps(schedule) };
        }).ToList();
        progress.Clear();
        Console.WriteLine(JsonSerializer.Serialize(new { schedule = schedule.Name, schedule.T, objective = name, rule = $"{rule}", seed, strides = found }, Plain));
        return 0;
    }

    /// <summary>How much of the errors is measured, on one line of the terminal.</summary>
    private sealed class Percent : IProgress<double>
    {
        private int shown = -1;

        public void Report(double value)
        {
            int percent = (int)(100 * value);
            if (percent != shown && !Console.IsErrorRedirected)
            {
                shown = percent;
                Console.Error.Write($"\rmeasuring {percent} %");
            }
        }

        public void Clear()
        {
            if (shown >= 0)
            {
                Console.Error.Write("\r              \r");
            }
        }
    }
}
