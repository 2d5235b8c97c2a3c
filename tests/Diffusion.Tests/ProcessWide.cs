namespace Diffusion.Tests;

/// <summary>Tests that read or set what the whole process shares (live tensors, threads) run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWide
{
    public const string Name = "process-wide";
}
