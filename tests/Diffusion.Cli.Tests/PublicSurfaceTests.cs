using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Diffusion.Cli.Tests;

/// <summary>What other programs can call, a line a member, so that a change to it is a choice.</summary>
public class PublicSurfaceTests
{
    private const string Accept = "ACCEPT_PUBLIC_SURFACE";

    private static readonly Type[] OneOfEach =
        [typeof(Safetensors), typeof(Sampler), typeof(DataSet), typeof(Comparison), typeof(Diffusion.Plots.Figures)];

    private static readonly string Listing = Path.Combine(
        typeof(PublicSurfaceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Repository").Value!,
        "tests", "PublicSurface.txt");

    [Fact]
    public void The_public_surface_is_the_one_that_is_listed()
    {
        string[] now = [.. OneOfEach.SelectMany(one => Lines(one.Assembly))];
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllLines(Listing, now);
        }

        string[] listed = File.ReadAllLines(Listing);
        string[] changes = [.. now.Except(listed).Select(line => $"+ {line}"), .. listed.Except(now).Select(line => $"- {line}")];
        Assert.True(now.SequenceEqual(listed), "The public surface has changed. If it is meant to, run this test once with "
            + $"{Accept}=1 in the environment, which rewrites tests/PublicSurface.txt, and commit it.\n"
            + (changes.Length > 0 ? string.Join('\n', changes) : "(only the order of the lines)"));
    }

    private static IEnumerable<string> Lines(Assembly assembly) => assembly.GetExportedTypes()
        .Select(type => (Name: $"{assembly.GetName().Name}: {Name(type)}", Type: type))
        .OrderBy(named => named.Name, StringComparer.Ordinal)
        .SelectMany(named => Members(named.Type).Order(StringComparer.Ordinal)
            .Select(member => $"{named.Name}.{member}").Prepend($"{named.Name} is {Kind(named.Type)}"));

    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Select(Text).OfType<string>();

    /// <summary>A member as its caller sees it; null where nobody outside does, or a property or a record has it by itself.</summary>
    private static string? Text(MemberInfo member) => member switch
    {
        ConstructorInfo made when Visible(made) && !made.IsStatic => $"new({Parameters(made)})",
        MethodInfo method when Visible(method) && !Overrides(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{Static(method)}{method.Name}{Generic(method)}({Parameters(method)}) : {Name(method.ReturnType)}",
        PropertyInfo property when property.GetMethod is { } get && Visible(get) =>
            $"{Static(get)}{property.Name}{Index(property)} : {Name(property.PropertyType)}{Setter(property)}",
        FieldInfo field when (field.IsPublic || field.IsFamily) && !field.IsSpecialName =>
            $"{(field.IsStatic ? "static " : "")}{field.Name} : {Name(field.FieldType)}"
            + (field.IsLiteral ? string.Create(CultureInfo.InvariantCulture, $" = {field.GetRawConstantValue()}") : ""),
        EventInfo happening => $"event {happening.Name} : {Name(happening.EventHandlerType!)}",
        _ => null,
    };

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What every object has, and what a base class has listed.
    private static bool Overrides(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Setter(PropertyInfo property) => property.SetMethod is not { } set || !Visible(set) ? ""
        : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " { init }" : " { set }";

    private static string Index(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Parameter))}]" : "";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string value = !parameter.HasDefaultValue ? ""
            : parameter.DefaultValue is { } given ? string.Create(CultureInfo.InvariantCulture, $" = {given}") : " = null";
        return $"{(parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Kind(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "an enum",
            { IsInterface: true } => "an interface",
            { IsValueType: true } => "a struct",
            { IsAbstract: true, IsSealed: true } => "a static class",
            { IsAbstract: true } => "an abstract class",
            { IsSealed: true } => "a class",
            _ => "an open class",
        };
        bool derived = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum);
        return derived ? $"{kind}, {Name(type.BaseType!)}" : kind;
    }

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!)}";
        }

        string outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}." : "";
        string[] arguments = [.. type.GetGenericArguments().Select(Name)];
        return outer + type.Name.Split('`')[0] + (arguments.Length > 0 ? $"<{string.Join(", ", arguments)}>" : "");
    }
}
