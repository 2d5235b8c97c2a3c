using System.Collections.Concurrent;
using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>What is sampled from: a denoiser, and the truth that samples are held against.</summary>
internal abstract class Subject
{
    public const string Default = "three-modes";

    /// <summary>A checkpoint of the reader's own, as the command line named it.</summary>
    public const string Own = "own";

    /// <summary>x_T of a choice.</summary>
    public abstract Tensor Start(Choice choice);

    /// <summary>The denoiser that a choice asks.</summary>
    public abstract IDenoiser Denoiser(Choice choice);

    /// <summary>Whether the samples are pictures, [N, C, H, W].</summary>
    public static bool ArePictures(string data) => data == Own || Checkpoints.Names.Contains(data);

    /// <summary>The seed of the noise along the way: <c>ddm compare</c>'s for mixtures, <c>ddm sample</c>'s for networks.</summary>
    public abstract int NoiseSeed(Choice choice);
}

/// <summary>A mixture and its exact denoiser. A point set is the mixture around 400 of its points.</summary>
internal sealed class MixtureSubject(GaussianMixture mixture) : Subject
{
    private const int PointsOfSet = 400;
    private const double WidthOfPoint = 0.06;
    private const int MaxModes = 64;

    public GaussianMixture Mixture => mixture;

    public override IDenoiser Denoiser(Choice choice) => new GaussianMixtureDenoiser(mixture);

    public override Tensor Start(Choice choice) => Noise.Gaussian([choice.Count, mixture.Dimensions], choice.Seed, ScalarType.Float64);

    public override int NoiseSeed(Choice choice) => choice.Seed + SeedOffset.Noise;

    /// <summary>The mixture of a choice: its own modes, else the one of its name.</summary>
    /// <exception cref="InvalidInputException">There is none of that name, or the modes are not modes.</exception>
    public static MixtureSubject Of(string data, string modes)
    {
        if (modes.Length > 0)
        {
            return new(Parse(modes));
        }

        if (data == Default)
        {
            return new(GaussianMixture.ThreeModes);
        }

        InvalidInputException.Require(PointSets.Names.Contains(data),
            "data", $"\"{data}\"", string.Join(", ", [Default, .. PointSets.Names, .. Checkpoints.Names]));
        using Tensor points = PointSets.Generate(data, PointsOfSet, seed: 1);
        return new(GaussianMixture.Around(points, WidthOfPoint));
    }

    /// <summary>Modes as the address writes them: <c>x:y:std:weight</c>, with semicolons between.</summary>
    private static GaussianMixture Parse(string text)
    {
        double[][] modes = [.. text.Split(';').Select(mode => mode.Split(':').Select(number => Choice.Number("modes", number)).ToArray())];
        InvalidInputException.Require(modes.Length <= MaxModes && modes.All(mode => mode.Length == 4),
            "modes", $"\"{text[..Math.Min(text.Length, 40)]}\"", $"x:y:std:weight of at most {MaxModes} modes, semicolons between");
        return new([.. modes.Select(mode => mode[3])], [.. modes.Select(mode => mode[..2])], [.. modes.Select(mode => mode[2])]);
    }

    /// <summary>The mixture of a point set, as C#.</summary>
    public static string Code(string set) => string.Create(CultureInfo.InvariantCulture,
        $"GaussianMixture.Around(PointSets.Generate(\"{set}\", {PointsOfSet}, seed: 1), {WidthOfPoint})");

    /// <summary>The modes of a mixture as the address writes them.</summary>
    public static string Write(GaussianMixture mixture) => string.Join(';', Enumerable.Range(0, mixture.Count).Select(k =>
        FormattableString.Invariant($"{mixture.Means[k][0]}:{mixture.Means[k][1]}:{mixture.Stds[k]}:{mixture.Weights[k]}")));
}

/// <summary>A trained network of pictures.</summary>
internal sealed class NetworkSubject(string name, DenoisingNetwork network) : Subject
{
    public DenoisingNetwork Network => network;

    public string Name => name;

    public override IDenoiser Denoiser(Choice choice)
    {
        if (network.Classes == 0)
        {
            InvalidInputException.Require(choice.Class is null && choice.Guidance == 1,
                choice.Class is null ? "guidance" : "class", choice.Class is null ? $"{choice.Guidance}" : $"{choice.Class}",
                $"nothing: {name} was trained without classes");
            return network;
        }

        // In turn, as `ddm sample` asks them.
        return network.Conditional(
            [.. Enumerable.Range(0, choice.Count).Select(i => (long)(choice.Class ?? i % network.Classes))], choice.Guidance);
    }

    public override Tensor Start(Choice choice) => Noise.Gaussian([choice.Count, .. network.SampleShape], choice.Seed);

    public override int NoiseSeed(Choice choice) => choice.Seed;
}

/// <summary>Every subject that was asked for, ready: a network is loaded once, and a mixture kept while it is in use.</summary>
internal sealed class Subjects(string? checkpoint) : IDisposable
{
    private const int MaxMixtures = 64;

    private readonly ConcurrentDictionary<string, Lazy<NetworkSubject>> networks = new();
    private readonly ConcurrentDictionary<(string, string), MixtureSubject> mixtures = new();

    /// <summary>The subject of a choice.</summary>
    /// <exception cref="InvalidInputException">There is none, or its checkpoint cannot be read.</exception>
    public Subject Of(Choice choice)
    {
        if (Subject.ArePictures(choice.Data))
        {
            return Network(choice.Data);
        }

        if (mixtures.Count > MaxMixtures)
        {
            mixtures.Clear();
        }

        return mixtures.GetOrAdd((choice.Data, choice.Modes), key => MixtureSubject.Of(key.Item1, key.Item2));
    }

    /// <summary>A network by the name that the page gives it.</summary>
    public NetworkSubject Network(string name)
    {
        string file = name != Subject.Own
            ? name
            : checkpoint ?? throw new InvalidInputException("data", $"\"{name}\"", "a checkpoint on the command line: ddm lab CHECKPOINT");
        Lazy<NetworkSubject> loading = networks.GetOrAdd(file, _ => new(() => Load(file)));
        try
        {
            return loading.Value;
        }
        catch
        {
            // A file that was mended is read again.
            networks.TryRemove(new(file, loading));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Lazy<NetworkSubject> network in networks.Values.Where(network => network.IsValueCreated))
        {
            network.Value.Network.Dispose();
        }
    }

    private static NetworkSubject Load(string file)
    {
        DenoisingNetwork network = Checkpoints.Load(file);
        if (network.SampleShape.Count != 3)
        {
            network.Dispose();
            throw new InvalidInputException("checkpoint", $"{file}, a network of points", "a network of pictures");
        }

        return new(file, network);
    }
}
