namespace Diffusion.Evaluation;

/// <summary>The build that results come from: another one may give others.</summary>
internal static class BuildIdentity
{
    private static readonly Type[] OneOfEachModule =
        [typeof(InvalidInputException), typeof(NoiseSchedule), typeof(DataSet), typeof(BuildIdentity)];

    /// <summary>The version of every module of the kit that a score or a search runs through.</summary>
    public static string Text { get; } = string.Join(' ', OneOfEachModule.Select(type => type.Module.ModuleVersionId));
}
