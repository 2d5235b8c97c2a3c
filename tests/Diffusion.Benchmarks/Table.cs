namespace Diffusion.Benchmarks;

/// <summary>Aligned columns on standard output.</summary>
internal static class Table
{
    /// <summary>Prints a title, a header and rows; every column but the first is aligned to the right.</summary>
    public static void Print(string title, string[] header, IEnumerable<string[]> rows)
    {
        string[][] lines = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => lines.Max(line => line[column].Length))];
        Console.WriteLine();
        Console.WriteLine(title);
        foreach (string[] line in lines)
        {
            Console.WriteLine("  " + string.Join("  ", line.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
