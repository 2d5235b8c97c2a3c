namespace Diffusion;

/// <summary>The loss or its gradient was no longer a number. The weights are those before the update that failed.</summary>
public sealed class TrainingStoppedException : Exception
{
    internal TrainingStoppedException(int step, double loss, string? checkpoint)
        : base(FormattableString.Invariant($"Training stopped at step {step}: the loss is {loss} and its gradient is not finite. ")
            + (checkpoint is null ? "No checkpoint was written." : $"The last good checkpoint is {checkpoint}."))
    {
        Step = step;
        LastCheckpoint = checkpoint;
    }

    /// <summary>The number of the update that failed, from 1.</summary>
    public int Step { get; }

    /// <summary>The last checkpoint that was written; null if there is none.</summary>
    public string? LastCheckpoint { get; }
}
