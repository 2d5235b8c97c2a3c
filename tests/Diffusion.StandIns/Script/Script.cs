using Diffusion.StandIns;
using Microsoft.CodeAnalysis.Scripting;

// As dotnet-script does it: what a script refers to lies relative to the script. Argument: the script.
var options = ScriptOptions.Default.WithImports(
    "System", "System.IO", "System.Collections.Generic", "System.Diagnostics", "System.Dynamic", "System.Linq", "System.Linq.Expressions", "System.Text",
    "System.Threading.Tasks");
var script = Path.GetFullPath(args[0]);
using var standIn = new StandIn(options, Path.GetDirectoryName(script)!);
await standIn.RunAsync(File.ReadAllText(script));
