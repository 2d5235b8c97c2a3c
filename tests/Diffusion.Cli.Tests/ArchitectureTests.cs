using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Diffusion.Cli.Tests;

/// <summary>Which parts may use which, held against the compiled types: their members, their bodies and what they derive from.</summary>
public partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Diffusion.Runtime"] = [],
        ["Diffusion"] = ["Diffusion.Runtime"],
        ["Diffusion.Data"] = ["Diffusion", "Diffusion.Runtime"],
        ["Diffusion.Evaluation"] = ["Diffusion.Data", "Diffusion", "Diffusion.Runtime"],
        ["Diffusion.Plots"] = ["Diffusion.Evaluation", "Diffusion.Data", "Diffusion", "Diffusion.Runtime"],
        ["Diffusion.Lab"] = ["Diffusion.Plots", "Diffusion.Evaluation", "Diffusion.Data", "Diffusion", "Diffusion.Runtime"],
        ["Diffusion.Notebooks"] = [],
    };

    /// <summary>The chapters of the subject, in the order in which they are read.</summary>
    private static readonly Dictionary<string, string[]> Chapters = new()
    {
        ["."] = [],
        ["Schedules"] = [],
        ["Denoisers"] = ["Schedules"],
        ["Sampling"] = ["Schedules", "Denoisers"],
        ["Networks"] = ["Schedules", "Denoisers"],
        ["Training"] = ["Schedules", "Denoisers", "Networks"],
    };

    private static readonly string Repository = typeof(ArchitectureTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Repository").Value!;

    public static TheoryData<string> Names { get; } = [.. Projects.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_project_uses_only_those_below_it(string project)
    {
        using var module = Read(project);
        Assert.Empty(module.AssemblyReferences.Select(reference => reference.Name).Where(Projects.ContainsKey).Except(Projects[project]));
    }

    [Fact]
    public void A_chapter_uses_only_those_that_are_read_before_it()
    {
        var arrows = Arrows("Diffusion");
        Assert.Equal(Chapters.Keys.Order(), arrows.Select(arrow => arrow.From).Distinct().Union([".", "Schedules"]).Order());
        Assert.Empty(arrows.Where(arrow => !Chapters[arrow.From].Contains(arrow.To)).Select(arrow => $"{arrow.From} → {arrow.To}: {arrow.Example}"));
    }

    /// <remarks>What lies at the top of a project is its face, which shows what its folders hold and which they hand out.</remarks>
    [Theory]
    [MemberData(nameof(Names))]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string project)
    {
        var arrows = Arrows(project).Where(arrow => arrow.From != "." && arrow.To != ".").ToList();
        var left = arrows.Select(arrow => arrow.From).Union(arrows.Select(arrow => arrow.To)).ToHashSet();
        while (left.FirstOrDefault(folder => !arrows.Any(arrow => arrow.From == folder && left.Contains(arrow.To))) is { } lowest)
        {
            left.Remove(lowest);
        }

        Assert.Empty(from arrow in arrows
                     where left.Contains(arrow.From) && left.Contains(arrow.To)
                     select $"{arrow.From} → {arrow.To}: {arrow.Example}");
    }

    /// <summary>Which folders' types use another folder's, with one example each.</summary>
    private static List<(string From, string To, string Example)> Arrows(string project)
    {
        using var module = Read(project);
        Dictionary<string, string> folders = Folders(project);
        return
        [
            .. from type in module.GetTypes()
               from used in Used(type)
               where used.Scope == module
               let pair = (From: FolderOf(type, folders), To: FolderOf(used, folders), Example: $"{type.Name} uses {used.Name}")
               where pair.From is not null && pair.To is not null && pair.From != pair.To
               group pair by (pair.From, pair.To) into same
               select (same.Key.From!, same.Key.To!, same.First().Example),
        ];
    }

    private static ModuleDefinition Read(string project) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    private static string? FolderOf(TypeReference type, Dictionary<string, string> folders)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return folders.GetValueOrDefault(type.Name.Split('`')[0]);
    }

    /// <summary>The folder in which each type of a project is declared, "." at its top.</summary>
    private static Dictionary<string, string> Folders(string project)
    {
        string root = Path.Combine(Repository, "src", project);
        return (
                from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                let path = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)
                where path[0] is not ("bin" or "obj")
                from Match declared in Declaration().Matches(File.ReadAllText(file))
                select (Name: declared.Groups[1].Value, Folder: path.Length > 1 ? path[0] : "."))
            .DistinctBy(type => type.Name).ToDictionary(type => type.Name, type => type.Folder);
    }

    private static IEnumerable<TypeReference> Used(TypeDefinition type)
    {
        IEnumerable<TypeReference?> named =
        [
            type.BaseType,
            .. type.Interfaces.Select(implemented => implemented.InterfaceType),
            .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType)),
            .. type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Variables.Select(variable => variable.VariableType)),
            .. type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).SelectMany(In),
        ];
        return named.OfType<TypeReference>().SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> In(Instruction instruction) => instruction.Operand switch
    {
        GenericInstanceMethod method => [.. method.GenericArguments, method.DeclaringType, method.ReturnType],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        TypeReference type => [type],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    [GeneratedRegex(@"^(?:public|internal|file)[\w ]* (?:class|struct|interface|enum|record(?: struct)?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
