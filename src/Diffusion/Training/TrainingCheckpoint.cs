using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A training as a safetensors file: the weights, their average and the optimizer's two vectors, each under its prefix, and in the
/// metadata how the network is trained, on which data, and how far it has come.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string WeightsPrefix = "model.", MeanPrefix = "optimizer.mean.", SquarePrefix = "optimizer.square.";

    /// <param name="Step">The updates that were made.</param>
    /// <param name="Plan">How the network is trained. With the step it is the state of every random draw, too.</param>
    /// <param name="Data">The fingerprint of the samples and labels.</param>
    private sealed record TrainingState(int Step, TrainingConfig Plan, string Data);

    /// <summary>Writes a training's state.</summary>
    /// <param name="path">The file, which is replaced in one move.</param>
    /// <param name="trainer">The training.</param>
    public static void Save(string path, Trainer trainer)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, string> metadata = NetworkFormat.Describe(trainer.Network);
        metadata[NetworkFormat.TrainingKey] = NetworkFormat.Write(new TrainingState(trainer.Step, trainer.Config, trainer.DataFingerprint));
        Safetensors.Save(path, Parts(trainer).ToDictionary(part => part.Name, part => part.View), metadata);
    }

    /// <summary>A training of a network of its own, as the file has it.</summary>
    /// <param name="path">A checkpoint that <see cref="Save"/> wrote.</param>
    /// <param name="samples">The samples of that training.</param>
    /// <param name="labels">The labels of that training; ignored if its network has no classes.</param>
    /// <param name="steps">Another end of the plan; null for its own.</param>
    /// <exception cref="InvalidInputException">The file is no checkpoint, or the samples or the end do not fit that training.</exception>
    public static Trainer Resume(string path, Tensor samples, Tensor? labels, int? steps)
    {
        using SafetensorsFile tensors = Safetensors.Load(path);
        var file = new ParameterFile(path, tensors);
        var state = NetworkFormat.Parse<TrainingState>(file.Text(NetworkFormat.TrainingKey), file.Field(NetworkFormat.TrainingKey));
        DenoisingNetwork network = NetworkFormat.Read(file, WeightsPrefix);
        Trainer? trainer = null;
        try
        {
            // A training without labels may be of data that has some.
            TrainingConfig plan = state.Plan with { Steps = steps ?? state.Plan.Steps };
            trainer = new Trainer(network, samples, network.Classes == 0 ? null : labels, plan, state.Step);
            InvalidInputException.Require(!(steps < state.Step), nameof(steps), $"{steps}", $"{state.Step} or more, where {path} is");
            InvalidInputException.Require(state.Step >= 0 && state.Step <= plan.Steps,
                $"{path}, step", $"{state.Step}", $"0 to {plan.Steps}, the steps of the plan");
            InvalidInputException.Require(state.Data == trainer.DataFingerprint,
                nameof(samples), "other data than this training began with", $"the data of {path}");
            foreach (var (name, view) in Parts(trainer))
            {
                using Tensor target = view;
                file.CopyTo(target, name);
            }

            return trainer;
        }
        catch
        {
            trainer?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>Every tensor of a training by its name in the file, as views that the caller owns.</summary>
    private static IEnumerable<(string Name, Tensor View)> Parts(Trainer trainer)
    {
        (string Prefix, Tensor Vector)[] vectors =
        [
            (WeightsPrefix, trainer.Weights.Values),
            (NetworkFormat.EmaPrefix, trainer.EmaWeights.Values),
            (MeanPrefix, trainer.Optimizer.Mean),
            (SquarePrefix, trainer.Optimizer.Square),
        ];
        return vectors.SelectMany(pair => trainer.Weights.Split(pair.Vector).Select(part => (pair.Prefix + part.Name, part.View)));
    }
}
