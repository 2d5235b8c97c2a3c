using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>How a network is written in safetensors: its parameters by name, and its configuration as JSON in the metadata.</summary>
internal static class NetworkFormat
{
    /// <summary>The names of a training's averaged weights begin with this.</summary>
    public const string AveragePrefix = "ema.";

    /// <summary>The metadata that only a training's checkpoint has.</summary>
    public const string TrainingKey = "diffusion.training";

    private const string ArchitectureKey = "diffusion.architecture";
    private const string ConfigurationKey = "diffusion.configuration";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters =
        {
            new JsonStringEnumConverter<PredictionTarget>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<ScalarType>(JsonNamingPolicy.CamelCase),
            new LevelsConverter(),
        },
    };

    public static Dictionary<string, string> Describe(DenoisingNetwork network) => network switch
    {
        UNet unet => Described("unet", unet.Config),
        PointMlp points => Described("point-mlp", points.Config),
        _ => throw new InvalidOperationException($"{network.GetType().Name} has no written form."),
    };

    /// <summary>The network of a file.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">What it holds.</param>
    /// <param name="prefix">What the names of the parameters begin with.</param>
    /// <exception cref="InvalidInputException">The file describes no network, or its tensors do not fit it.</exception>
    public static DenoisingNetwork Read(string path, SafetensorsFile file, string prefix)
    {
        string configuration = Text(path, file, ConfigurationKey);

        // Twice, so that a file that lacks a tensor is told which.
        var blank = Initial.Blank(2 * file.Tensors.Values.Sum(tensor => tensor.numel()), $"{path}, metadata \"{ConfigurationKey}\"");
        DenoisingNetwork network = Text(path, file, ArchitectureKey) switch
        {
            "unet" => new UNet(Parse<UNetConfig>(path, ConfigurationKey, configuration), blank),
            "point-mlp" => new PointMlp(Parse<PointMlpConfig>(path, ConfigurationKey, configuration), blank),
            var other => throw new InvalidInputException($"{path}, {ArchitectureKey}", $"\"{other}\"", "unet or point-mlp"),
        };
        try
        {
            using var noGradient = no_grad();
            foreach (var (name, parameter) in network.named_parameters())
            {
                using Tensor values = Find(path, file, prefix + name, parameter.shape);
                parameter.copy_(values);
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>A tensor of a file in its own type, as a new handle.</summary>
    public static Tensor Find(string path, SafetensorsFile file, string name, long[] shape)
    {
        if (!file.Tensors.TryGetValue(name, out Tensor? values))
        {
            throw new InvalidInputException($"{path}, tensor \"{name}\"", "nothing", $"shape [{string.Join(", ", shape)}]");
        }

        if (!values.shape.SequenceEqual(shape) || !values.is_floating_point())
        {
            throw new InvalidInputException($"{path}, tensor \"{name}\"", $"{values.dtype} of shape [{string.Join(", ", values.shape)}]",
                $"real numbers of shape [{string.Join(", ", shape)}]");
        }

        using Tensor finite = values.isfinite(), all = finite.all();
        return all.item<bool>()
            ? values.alias()
            : throw new InvalidInputException($"{path}, tensor \"{name}\"", "NaN or an infinity", "finite numbers");
    }

    public static string Text(string path, SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new InvalidInputException($"{path}, metadata \"{key}\"", "nothing", "a file that this library wrote");

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, s_json);

    public static T Parse<T>(string path, string key, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, s_json)
                ?? throw new InvalidInputException($"{path}, metadata \"{key}\"", "null", "an object");
        }
        catch (JsonException failure)
        {
            throw new InvalidInputException($"{path}, metadata \"{key}\"", failure.Message, $"the fields of {typeof(T).Name}");
        }
    }

    private static Dictionary<string, string> Described<T>(string architecture, T configuration) => new()
    {
        [ArchitectureKey] = architecture,
        [ConfigurationKey] = Write(configuration),
    };

    private sealed class LevelsConverter : JsonConverter<LevelDistribution>
    {
        public override LevelDistribution Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return LevelDistribution.Parse(reader.GetString() ?? "");
            }
            catch (InvalidInputException refused)
            {
                throw new JsonException(refused.Message);
            }
        }

        public override void Write(Utf8JsonWriter writer, LevelDistribution value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
