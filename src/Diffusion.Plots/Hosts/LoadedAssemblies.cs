using System.Reflection;

namespace Diffusion.Plots.Hosts;

/// <summary>Finds what the host has already loaded, and never loads anything.</summary>
internal static class LoadedAssemblies
{
    public static Assembly? Find(string name) =>
        Array.Find(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == name);
}
