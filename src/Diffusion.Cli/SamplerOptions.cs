using System.CommandLine;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary>The options that say how to sample; a verb adds those that it takes.</summary>
internal sealed class SamplerOptions
{
    public Option<string?> Schedule { get; } = new("--schedule")
    {
        Description = $"The noise schedule, one of {string.Join(", ", NoiseSchedule.Names)}, or linear:0.0001:0.02; cosine if absent.",
    };

    public Option<int> T { get; } = Options.WithDefault("--T", 1000, "The number of timesteps of the schedule.");

    public Option<string?> Stride { get; } = new("--stride")
    {
        Description = "Such as full, uniform50, 10,15,20, trailing10, karras10:7, 0-200:5,200-1000:10 or custom:1,500,1000.",
    };

    public Option<string> Rule { get; } = Options.WithDefault("--rule", "ddim", "The step rule: ddim, ddim:0.5 with its η, ddpm, ddpm:large, standard, closed, heun or dpm++2m.");

    public Option<double> Guidance { get; } = Options.WithDefault(
        "--guidance", 1.0, "The weight of classifier-free guidance: 1 is none, 0 ignores the class; any other computes the network twice.");

    public Option<string> Precision { get; } = PrecisionOption.Create();

    public SamplerOptions()
    {
        Schedule.CompletionSources.Add([.. NoiseSchedule.Names]);
        Rule.CompletionSources.Add("ddim", "ddpm", "standard", "closed", "heun", "dpm++2m");
    }

    /// <summary>The schedule that the options say.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public NoiseSchedule ReadSchedule(ParseResult parsed, string otherwise = "cosine") =>
        NoiseSchedule.Parse(parsed.GetValue(Schedule) ?? otherwise, parsed.GetValue(T));

    /// <summary>Loads a network and has it compute as the options say.</summary>
    /// <exception cref="InvalidInputException">There is no such network or number type.</exception>
    public DenoisingNetwork Load(string checkpoint, ParseResult parsed)
    {
        ScalarType precision = PrecisionOption.Read(parsed.GetValue(Precision)!);
        DenoisingNetwork network = Checkpoints.Load(checkpoint);
        network.Precision = precision;
        network.Device = Devices.Fastest;
        return network;
    }
}
