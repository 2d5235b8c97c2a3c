namespace Diffusion.Evaluation;

/// <summary>What an optimal stride is best at.</summary>
public enum StrideObjective
{
    /// <summary>The variational bound of the likelihood (<see cref="LikelihoodObjective"/>).</summary>
    Likelihood,

    /// <summary>Staying on the trajectory that a sampler takes which visits every timestep (<see cref="TrajectoryObjective"/>).</summary>
    Trajectory,

    /// <summary>Ending where the sampler ends that visits every timestep (<see cref="OutcomeSearch"/>), with τ_K = T.</summary>
    Outcome,

    /// <summary>The same, with τ_K free to fall below T.</summary>
    OutcomeFreeStart,
}
