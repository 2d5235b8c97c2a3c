using System.CommandLine;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary><c>ddm evaluate</c>: how good a checkpoint's samples are at several numbers of calls, beside held-out data.</summary>
internal static class EvaluateCommand
{
    /// <summary>Samples in a set unless the user says otherwise, where as many are held out.</summary>
    public const int MostSamples = 200;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = $"{string.Join(", ", Checkpoints.Names)}, which ship with the kit, or a .safetensors file." };
        var data = new Option<string>("--data") { Description = $"What it was trained on: {DataSet.Names}.", Required = true };
        var options = new DataOptions();
        var calls = new Option<string>("--calls") { Description = "Numbers of jumps from noise to sample; a jump is a call of the network (under heun nearly two).", DefaultValueFactory = _ => "5,10,20,50" };
        var schedule = new Option<string>("--schedule") { Description = "The noise schedule.", DefaultValueFactory = _ => "cosine" };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps of the schedule.", DefaultValueFactory = _ => 1000 };
        var stride = new Option<string>("--stride") { Description = "How the calls are spread: uniform, trailing, quadratic, logsnr, karras and so on.", DefaultValueFactory = _ => "uniform" };
        var rule = new Option<string>("--rule") { Description = "The step rule, such as ddim, ddim:0.5, ddpm, heun or dpm++2m.", DefaultValueFactory = _ => "ddim" };
        var guidance = new Option<double>("--guidance") { Description = "The weight of classifier-free guidance; 1 is none.", DefaultValueFactory = _ => 1 };
        var compute = new Option<string>("--compute") { Description = "fastest, float32 or bfloat16.", DefaultValueFactory = _ => "fastest" };
        var samples = new Option<int?>("--samples") { Description = $"Samples in a set: all held-out ones, at most {MostSamples}, if absent." };
        var sets = new Option<int>("--sets") { Description = "Sets to draw, each from its own noise; intervals are over them.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int>("--seed") { Description = "The seed of the first set.", DefaultValueFactory = _ => 1 };
        var output = new Option<string?>("--out", "-o") { Description = "The CSV file to write." };
        var command = new Command("evaluate", "Judges a checkpoint's samples at several numbers of calls, with held-out data as the yardstick.")
        {
            checkpoint, data, options.Count, options.Seed, options.Side, options.Channels,
            calls, schedule, timesteps, stride, rule, guidance, compute, samples, sets, seed, output,
        };
        command.SetAction(parsed => BadInput.Report(() =>
        {
            Sampler[] samplers = Samplers(
                parsed.GetValue(calls)!, parsed.GetValue(schedule)!, parsed.GetValue(timesteps), parsed.GetValue(stride)!, parsed.GetValue(rule)!);
            ScalarType type = ComputeOption.Read(parsed.GetValue(compute)!);
            using DenoisingNetwork network = Checkpoints.Load(parsed.GetRequiredValue(checkpoint));
            network.Compute = type;
            network.Device = ComputeDevice.Fastest;
            using DataSet all = options.Open(parsed.GetRequiredValue(data), parsed);
            Evaluation.CheckFit(network, all);
            var (training, heldOut) = all.Divide();
            using (training)
            using (heldOut)
            using (var progress = new ProgressLine())
            using (var judge = new SampleJudge(training, report: (step, loss) => progress.Show(FormattableString.Invariant($"classifier: step {step} of {FeatureClassifier.DefaultSteps}, loss {loss:F2}"))))
            {
                int count = parsed.GetValue(samples) ?? Math.Min(MostSamples, heldOut.Count);
                var evaluation = new Evaluation(network, judge, heldOut, count, parsed.GetValue(sets));
                var table = new EvaluationTable(evaluation.HeldOut());
                foreach (Sampler sampler in samplers)
                {
                    var (scores, spent) = evaluation.Samples(sampler, parsed.GetValue(guidance), parsed.GetValue(seed),
                        (done, total) => progress.Show($"{sampler.Timesteps.Count} jumps: {done} of {total} samples"));
                    table.Add(spent, scores);
                    if (parsed.GetValue(output) is { } file)
                    {
                        table.Save(file);
                    }
                }

                progress.Dispose();
                table.Print();
            }

            return 0;
        }));
        return command;
    }

    private static Sampler[] Samplers(string calls, string schedule, int T, string stride, string rule)
    {
        var levels = NoiseSchedule.Parse(schedule, T);
        var step = StepRule.Parse(rule);
        if (stride.Length == 0 || !stride.All(char.IsAsciiLetter))
        {
            throw new InvalidInputException("--stride", $"\"{stride}\"", "the name of a stride without its number, such as uniform or trailing");
        }

        return [.. Numbers.Whole("--calls", calls).Select(count => new Sampler(levels, Stride.Parse($"{stride}{count}"), step))];
    }
}
