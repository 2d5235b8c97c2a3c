[assembly: AssemblyFixture(typeof(Diffusion.Notebooks.Tests.DataHome))]

namespace Diffusion.Notebooks.Tests;

/// <summary>A folder for what the runner remembers between runs, so that tests begin with nothing remembered and leave nothing.</summary>
public sealed class DataHome : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-test-data-").FullName;

    public DataHome() => Environment.SetEnvironmentVariable("XDG_DATA_HOME", folder);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
