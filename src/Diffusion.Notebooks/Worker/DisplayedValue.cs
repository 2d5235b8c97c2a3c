namespace Diffusion.Notebooks;

/// <summary>What <c>display</c> gives back: an output that can be replaced in place, from later cells too.</summary>
public sealed class DisplayedValue
{
    private readonly CellOutput output;
    private readonly IReadOnlyList<string> mimeTypes;

    internal DisplayedValue(CellOutput output, string displayId, IReadOnlyList<string> mimeTypes)
    {
        this.output = output;
        DisplayId = displayId;
        this.mimeTypes = mimeTypes;
    }

    /// <summary>The output's id within the run; the same in equal runs.</summary>
    public string DisplayId { get; }

    /// <summary>Replaces what is shown.</summary>
    /// <param name="value">The new value; its type may differ from the first one's.</param>
    public void Update(object value) => output.Update(DisplayId, value, mimeTypes);
}
