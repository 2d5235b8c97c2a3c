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
        var subjects = new SubjectOptions();
        var seed = new Option<int>("--seed") { Description = "The seed that the search draws from.", DefaultValueFactory = _ => 0 };
        var command = new Command("stride", "Prints the timesteps that a stride visits, or finds the best stride for a mixture and its exact denoiser, or for a trained network.")
        {
            stride, schedule, timesteps, optimize, counts, rule, seed,
        };
        subjects.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(BadInput.Report(() =>
        {
            int T = parsed.GetValue(timesteps);
            string? name = parsed.GetValue(schedule);
            return (parsed.GetValue(stride), parsed.GetValue(optimize)) switch
            {
                ({ } text, null) => Print(text, T, name),
                (null, { } objective) => subjects.Use(parsed, subject => Find(
                    objective, new StrideFinder(NoiseSchedule.Parse(name ?? "linear", T), subject, parsed.GetValue(seed), StrideCache.OfUser),
                    Numbers.Whole("--K", parsed.GetValue(counts)!), StepRule.Parse(parsed.GetValue(rule)!), cancellation)),
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

    private static int Find(string name, StrideFinder finder, IReadOnlyList<int> counts, StepRule rule, CancellationToken cancellation)
    {
        StrideObjective objective = Comparing.StrideFamily.Parse(name).Objective
            ?? throw new InvalidInputException("--optimize", $"\"{name}\"", "likelihood, trajectory, outcome or outcome-free");
        NoiseSchedule schedule = finder.Schedule;
        try
        {
            using var line = new ProgressLine();
            var found = counts.Select(count =>
            {
                OptimalStride best = finder.Find(objective, count, rule, new Part(line, count), cancellation);
                return new { K = count, cost = best.Cost, stride = $"{best.Stride}", timesteps = best.Stride.Timesteps(schedule) };
            }).ToList();
            line.Dispose();
            Console.WriteLine(JsonSerializer.Serialize(new { schedule = schedule.Name, schedule.T, objective = name, rule = $"{rule}", seed = finder.Seed, strides = found }, Plain));
            return 0;
        }
        catch (OperationCanceledException)
        {
            return Refusal.Cancelled();
        }
    }

    /// <summary>How much the denoiser has been asked of what the dynamic programmes need; after that comes the search.</summary>
    private sealed class Part(ProgressLine line, int count) : IProgress<double>
    {
        public void Report(double value) =>
            line.Show(value < 1 ? FormattableString.Invariant($"K = {count}: asking the denoiser, {100 * value:F0} %") : $"K = {count}: searching");
    }
}
