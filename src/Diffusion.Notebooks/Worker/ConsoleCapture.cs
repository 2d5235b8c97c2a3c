using System.Text;

namespace Diffusion.Notebooks;

/// <summary>A writer that takes the console's place while cells run.</summary>
internal sealed class ConsoleCapture(CellOutput output, string stream) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    // Equal runs give equal files on every system.
    public override string NewLine => "\n";

    public override void Write(char value) => output.Print(stream, [value]);

    public override void Write(char[] buffer, int index, int count) => output.Print(stream, buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => output.Print(stream, buffer);

    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            output.Print(stream, value);
        }
    }

    public override void WriteLine() => Write(NewLine);

    // One call, one event: text that other threads print does not come between a line and its end.
    public override void WriteLine(string? value) => Write(value + NewLine);
}
