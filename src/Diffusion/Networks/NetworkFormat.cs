using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>How a network is written in safetensors: its parameters by name, and its configuration as JSON in the metadata.</summary>
internal static class NetworkFormat
{
    /// <summary>The names of a training's averaged weights begin with this.</summary>
    public const string EmaPrefix = "ema.";

    /// <summary>The metadata that only a training's checkpoint has.</summary>
    public const string TrainingKey = "diffusion.training";

    private const string ArchitectureKey = "diffusion.architecture";
    private const string ConfigurationKey = "diffusion.configuration";

    private static readonly JsonSerializerOptions Json = new(JsonReading.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters =
        {
            new JsonStringEnumConverter<PredictionTarget>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<ScalarType>(JsonNamingPolicy.CamelCase),
        },
    };

    public static Dictionary<string, string> Describe(DenoisingNetwork network)
    {
        var (architecture, configuration) = network switch
        {
            UNet unet => ("unet", Write(unet.Config)),
            PointMlp points => ("point-mlp", Write(points.Config)),
            _ => throw new InvalidOperationException($"{network.GetType().Name} has no written form."),
        };
        return new() { [ArchitectureKey] = architecture, [ConfigurationKey] = configuration };
    }

    /// <summary>The network of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What the names of the parameters begin with.</param>
    /// <exception cref="InvalidInputException">The file describes no network, or its tensors do not fit it.</exception>
    public static DenoisingNetwork Read(ParameterFile file, string prefix)
    {
        string configuration = file.Text(ConfigurationKey), field = file.Field(ConfigurationKey);

        // As many elements again as the file has, so that one that lacks a tensor is told which.
        var blank = Initializer.Blank(2 * file.ElementCount, field);
        DenoisingNetwork network = file.Text(ArchitectureKey) switch
        {
            "unet" => new UNet(Parse<UNetConfig>(configuration, field), blank),
            "point-mlp" => new PointMlp(Parse<PointMlpConfig>(configuration, field), blank),
            var other => throw new InvalidInputException(file.Field(ArchitectureKey), $"\"{other}\"", "unet or point-mlp"),
        };
        try
        {
            file.CopyTo(network, prefix);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static T Parse<T>(string json, string field)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) ?? throw new InvalidInputException(field, "null", "an object");
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException(field, failure.Message, $"the fields of {typeof(T).Name}");
        }
    }
}
