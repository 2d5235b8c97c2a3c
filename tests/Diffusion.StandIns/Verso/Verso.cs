using System.Text.Json.Nodes;
using Diffusion.StandIns;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Verso.Abstractions;

// As its source of April 2026 does it: the imports, every assembly of the framework named System, the C# of its Roslyn 4.12.
var options = ScriptOptions.Default
    .WithLanguageVersion(LanguageVersion.CSharp13)
    .AddReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path).StartsWith("System", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path)))
    .WithImports(
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading.Tasks", "Verso.Abstractions");
var shown = new List<string>();
DisplayExtensions.Handler = (value, type) => shown.Add(type is not null && value is string ready ? ready : Text(value));
await StandIn.MainAsync(args, options, Cells, shown, Text);

static IEnumerable<string> Cells(JsonNode notebook) => notebook["cells"]!.AsArray()
    .Where(cell => (string?)cell!["type"] == "code" && (string?)cell["language"] == "csharp")
    .Select(cell => (string)cell!["source"]!);

static string Text(object value) => (string?)value.GetType().GetMethod("ToHtml", [])?.Invoke(value, null) ?? $"{value}";

namespace Verso.Abstractions
{
    /// <summary>What cells call.</summary>
    public static class DisplayExtensions
    {
        internal static Action<object, string?>? Handler { get; set; }

        /// <summary>Shows a value, or a text that is of the type already.</summary>
        public static void Display(this object? value, string? mimeType = null)
        {
            if (value is not null)
            {
                Handler!(value, mimeType);
            }
        }
    }
}
