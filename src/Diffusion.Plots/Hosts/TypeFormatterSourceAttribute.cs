namespace Diffusion.Plots.Hosts;

/// <summary>
/// .NET Interactive looks for an attribute of exactly this name, in any namespace, and formats the type
/// with what the source creates. So a figure shows richly without a reference to that engine.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; set; } = [];
}
