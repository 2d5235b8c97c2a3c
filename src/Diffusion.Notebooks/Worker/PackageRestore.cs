using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Diffusion.Notebooks;

/// <summary>Chooses packages as a project would: by <c>dotnet restore</c> of one that refers to nothing else.</summary>
/// <remarks>
/// First from the user's package folder alone, which needs no network, then from the user's sources and those that the
/// notebook adds. What was chosen is remembered for each set of references, so that only the first run restores.
/// </remarks>
internal static partial class PackageRestore
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Chooses the packages.</summary>
    /// <param name="packages">Versions, ranges or <c>*</c> by the packages' names.</param>
    /// <param name="sources">Sources beside the user's own.</param>
    /// <param name="folder">The notebook's folder, whose NuGet.Config counts.</param>
    /// <returns>Their files.</returns>
    /// <exception cref="PackageException">NuGet does not find them, or not such that they go together.</exception>
    public static PackageAssets Run(IReadOnlyDictionary<string, string> packages, IReadOnlyList<string> sources, string folder)
    {
        var project = Project(packages, folder, new XElement("RestoreAdditionalProjectSources", string.Join(';', sources)));
        var memory = Memory(project);
        if (memory is not null && PackageAssets.Read(memory, RuntimeInformation.RuntimeIdentifier) is { } known)
        {
            return known;
        }

        var work = Directory.CreateTempSubdirectory("ddm-restore-").FullName;
        try
        {
            if (!packages.All(IsInFolder)
                || Restore(work, Project(packages, folder, new XElement("RestoreSources", Folder))) is not null)
            {
                if (Restore(work, project) is { } message)
                {
                    throw new PackageException(message);
                }
            }

            var assets = Path.Combine(work, "obj", "project.assets.json");
            var chosen = PackageAssets.Read(assets, RuntimeInformation.RuntimeIdentifier)
                ?? throw new PackageException("The restore left no list of the packages' files.");
            if (memory is not null)
            {
                Remember(assets, memory);
            }

            return chosen;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static bool IsInFolder(KeyValuePair<string, string> package)
    {
        var versions = Path.Combine(Folder, package.Key.ToLowerInvariant());
        return IsVersion(package.Value)
            ? Directory.Exists(Path.Combine(versions, package.Value.ToLowerInvariant()))
            : Directory.Exists(versions);
    }

    private static bool IsVersion(string text) => text.AsSpan().IndexOfAny("*[](),") < 0;

    private static string Project(IReadOnlyDictionary<string, string> packages, string folder, XElement sources) => new XElement(
        "Project",
        // Nothing that lies above the temporary folder has a say.
        new XElement(
            "PropertyGroup",
            new XElement("ImportDirectoryBuildProps", false),
            new XElement("ImportDirectoryBuildTargets", false),
            new XElement("ImportDirectoryPackagesProps", false)),
        new XElement("Import", new XAttribute("Project", "Sdk.props"), new XAttribute("Sdk", "Microsoft.NET.Sdk")),
        new XElement(
            "PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.0"),
            new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
            new XElement("SelfContained", false),
            // An audit asks the network even when every package is there.
            new XElement("NuGetAudit", false),
            new XElement("RestoreRootConfigDirectory", folder),
            sources),
        new XElement(
            "ItemGroup",
            packages.OrderBy(package => package.Key, StringComparer.OrdinalIgnoreCase).Select(package => new XElement(
                "PackageReference",
                new XAttribute("Include", package.Key),
                // A plain version means the least one to NuGet and this very one to the author of a cell.
                new XAttribute("Version", IsVersion(package.Value) ? $"[{package.Value}]" : package.Value)))),
        new XElement("Import", new XAttribute("Project", "Sdk.targets"), new XAttribute("Sdk", "Microsoft.NET.Sdk"))).ToString();

    private static string? Memory(string project)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return data.Length == 0
            ? null
            : Path.Combine(
                data, "diffusion-notebooks", "packages",
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project))) + ".json");
    }

    private static void Remember(string assets, string memory)
    {
        try
        {
            AtomicFile.Copy(assets, memory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run restores again.
        }
    }

    // NuGet's own first complaint in one line, or null.
    private static string? Restore(string work, string project)
    {
        var file = Path.Combine(work, "packages.csproj");
        File.WriteAllText(file, project);
        var start = new ProcessStartInfo(DotNetHost.Path, ["restore", file, "--nologo", "-v:q", "-tl:off"])
        {
            WorkingDirectory = work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var name in new[] { "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH" })
        {
            // Left behind by "dotnet run"; they are that one's own.
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + "\n" + error.GetAwaiter().GetResult();
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            return null;
        }

        return Complaint().Match(output) is { Success: true } complaint
            ? $"{complaint.Groups["text"].Value.Trim().TrimEnd('.')} ({complaint.Groups["code"].Value})."
            : output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
                ?? $"dotnet restore ended with exit code {process.ExitCode}.";
    }

    [GeneratedRegex("""\berror (?<code>[A-Z]+\d+): (?<text>.*?)( \[[^\]]*\])?$""", RegexOptions.Multiline)]
    private static partial Regex Complaint();
}
