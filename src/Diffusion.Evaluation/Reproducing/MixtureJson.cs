using System.Text.Json;

namespace Diffusion.Evaluation;

/// <summary>A Gaussian mixture as JSON: an object with <c>weights</c>, <c>means</c> and <c>stds</c>.</summary>
public static class MixtureJson
{
    /// <summary>Reads a mixture.</summary>
    /// <param name="json">The text of a file.</param>
    /// <exception cref="InvalidInputException">It is not JSON, or no mixture.</exception>
    public static GaussianMixture Parse(string json)
    {
        using JsonDocument document = JsonReading.Document(json);
        return Read(document.RootElement, "mixture");
    }

    /// <summary>Writes a mixture as <see cref="Parse"/> reads it.</summary>
    /// <param name="mixture">The mixture.</param>
    public static string Write(GaussianMixture mixture) =>
        JsonSerializer.Serialize(new { weights = mixture.Weights, means = mixture.Means, stds = mixture.Stds }, JsonReading.Options);

    internal static GaussianMixture Read(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException(name, JsonReading.Kind(element), "an object with weights, means and stds");
        }

        JsonReading.RefuseUnknown(element, name + ".", ["weights", "means", "stds"]);
        return new(
            JsonReading.Vector(JsonReading.Required(element, "weights", name + "."), name + ".weights"),
            JsonReading.Matrix(JsonReading.Required(element, "means", name + "."), name + ".means"),
            JsonReading.Vector(JsonReading.Required(element, "stds", name + "."), name + ".stds"));
    }
}
