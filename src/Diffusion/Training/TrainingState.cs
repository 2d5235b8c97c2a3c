namespace Diffusion.Training;

/// <summary>What a checkpoint says about its training, beside the tensors.</summary>
/// <param name="Step">The updates that were made.</param>
/// <param name="Plan">How the network is trained. With the step it is the state of every random draw, too.</param>
/// <param name="Data">The fingerprint of the samples and labels.</param>
internal sealed record TrainingState(int Step, TrainingPlan Plan, string Data);
