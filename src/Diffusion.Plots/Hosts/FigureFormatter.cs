namespace Diffusion.Plots.Hosts;

/// <summary>Writes a figure, or the last state of a live one, as one MIME type; .NET Interactive finds both members by name.</summary>
internal sealed class FigureFormatter(string mimeType, Func<Figure, string> write)
{
    public string MimeType { get; } = mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if ((instance as Figure ?? (instance as LiveFigure)?.Current) is not { } figure)
        {
            return false;
        }
        writer.Write(write(figure));
        return true;
    }
}
