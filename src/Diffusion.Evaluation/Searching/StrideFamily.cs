using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Evaluation;

/// <summary>
/// A stride whose number of timesteps is still open: one of the field's, such as <c>trailing</c> or <c>karras:5</c>, or one
/// that a search finds: <c>likelihood</c>, <c>trajectory</c>, <c>outcome</c> or <c>outcome-free</c>.
/// </summary>
public sealed record StrideFamily
{
    private static readonly string[] Named =
        ["full", "uniform", "ddim", "quadratic", "trailing", "leading", "linspace", "logsnr", "karras"];

    private static readonly string Forms = string.Join(", ", Named) + " or karras:7, likelihood, trajectory, outcome or outcome-free";

    private StrideFamily(string name, StrideObjective? objective)
    {
        Name = name;
        Objective = objective;
    }

    /// <summary>The name, which <see cref="Parse"/> reads.</summary>
    public string Name { get; }

    /// <summary>What the stride is searched for by; null for one of the field's.</summary>
    public StrideObjective? Objective { get; }

    /// <summary>Reads a family's name.</summary>
    /// <param name="text">The name.</param>
    /// <exception cref="InvalidInputException">There is no such family.</exception>
    public static StrideFamily Parse(string text)
    {
        string name = text.Trim();
        StrideObjective? objective = name switch
        {
            "likelihood" => StrideObjective.Likelihood,
            "trajectory" => StrideObjective.Trajectory,
            "outcome" => StrideObjective.Outcome,
            "outcome-free" => StrideObjective.OutcomeFreeStart,
            _ => null,
        };
        var family = new StrideFamily(name, objective);
        Require(
            objective is not null || Named.Contains(name) || (name.StartsWith("karras:", StringComparison.Ordinal) && family.IsStride()),
            "strides", $"\"{text}\"", Forms);
        return family;
    }

    /// <summary>The stride of the field's family with K timesteps; <c>full</c> visits all of them, whatever K is.</summary>
    /// <param name="count">K.</param>
    /// <exception cref="InvalidOperationException">A search has to find it.</exception>
    /// <exception cref="InvalidInputException">There is no such stride.</exception>
    public Stride WithCount(int count)
    {
        if (Objective is not null)
        {
            throw new InvalidOperationException($"{Name} has to be searched for.");
        }

        string[] parts = Name.Split(':', 2);
        return Stride.Parse(Name == "full" ? Name : $"{parts[0]}{count}{(parts.Length > 1 ? ":" + parts[1] : "")}");
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private bool IsStride()
    {
        try
        {
            return WithCount(2) is not null;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
