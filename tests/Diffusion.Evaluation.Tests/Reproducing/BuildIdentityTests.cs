using System.Reflection;

namespace Diffusion.Evaluation.Tests;

public sealed class BuildIdentityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_plan_and_a_kept_stride_name_every_module_of_the_kit_that_they_depend_on()
    {
        Assembly[] kit = [.. Needed(typeof(ComparisonPlan).Assembly)];
        string?[] names = [.. kit.Select(assembly => assembly.GetName().Name).Order()];
        Assert.Equal(["Diffusion", "Diffusion.Data", "Diffusion.Evaluation", "Diffusion.Runtime"], names);
        using var benchmark = new MixtureBenchmark(GaussianMixture.ThreeModes);
        string plan = new ComparisonPlan(benchmark.Description, ["cosine"], 10, [], [], [], 2, 1, 0).ToJson();
        new StrideCache(folder.Path).Get("key", () => []);
        string kept = File.ReadAllText(Assert.Single(Directory.GetFiles(folder.Path)));
        foreach (string version in kit.Select(assembly => $"{assembly.ManifestModule.ModuleVersionId}"))
        {
            Assert.Contains(version, plan, StringComparison.Ordinal);
            Assert.Contains(version, kept, StringComparison.Ordinal);
        }
    }

    public void Dispose() => folder.Dispose();

    /// <summary>An assembly and all of the kit's that it refers to, directly or through another.</summary>
    private static HashSet<Assembly> Needed(Assembly from)
    {
        HashSet<Assembly> found = [from];
        foreach (AssemblyName name in from.GetReferencedAssemblies())
        {
            if (name.Name!.StartsWith("Diffusion", StringComparison.Ordinal))
            {
                found.UnionWith(Needed(Assembly.Load(name)));
            }
        }

        return found;
    }
}
