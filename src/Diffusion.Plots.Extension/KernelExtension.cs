using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;

namespace Diffusion.Plots.Extension;

/// <summary>What the package does in a notebook as soon as it is there: what the kit's set-up line does in this repository's.</summary>
/// <remarks>In an assembly of its own, because a type cannot be loaded where the interface that it implements is absent.</remarks>
public sealed class KernelExtension : IKernelExtension
{
    /// <summary>Refers to Plotly.NET for the reader's own charts, opens the namespaces and loads the natives.</summary>
    /// <param name="kernel">The notebook's kernel.</param>
    public Task OnLoadAsync(Kernel kernel)
    {
        var plotly = Path.Combine(Path.GetDirectoryName(typeof(Figure).Assembly.Location)!, "plotly");
        using var stream = typeof(KernelExtension).Assembly.GetManifestResourceStream("kit.csx")!;
        using var reader = new StreamReader(stream);
        var code = $"""
            #r "{Path.Combine(plotly, "Plotly.NET.dll")}"
            #r "{Path.Combine(plotly, "Plotly.NET.CSharp.dll")}"
            {reader.ReadToEnd()}
            """;
        return kernel.SendAsync(new SubmitCode(code, "csharp"));
    }
}
