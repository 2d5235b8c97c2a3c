namespace Diffusion.Lab;

/// <summary>Everything that the page can sample: mixtures, point sets, the networks that ship, a checkpoint of one's own.</summary>
/// <param name="checkpoint">The checkpoint of one's own, if there is one.</param>
internal sealed class Subjects(string? checkpoint)
{
    /// <summary>The name of the checkpoint of one's own.</summary>
    public const string Own = "own";

    /// <summary>A point set is the mixture of this many of its points, each blurred by <see cref="PointSetBlur"/>.</summary>
    public const int PointSetModes = 256;

    /// <summary>The standard deviation around each point of a point set.</summary>
    public const double PointSetBlur = 0.08;

    /// <summary>The kit's own mixture.</summary>
    public const string ThreeModes = "three-modes";

    private static readonly MixtureSubject[] Mixtures =
    [
        new(ThreeModes, GaussianMixture.ThreeModes),
        new("grid25", new(
            [.. Enumerable.Repeat(1.0, 25)],
            [.. Enumerable.Range(0, 25).Select(i => new[] { i % 5 * 0.75 - 1.5, i / 5 * 0.75 - 1.5 })],
            [.. Enumerable.Repeat(0.08, 25)])),
    ];

    private static readonly Dictionary<string, Lazy<MixtureSubject>> Points = PointSets.Names.ToDictionary(name => name, name =>
        new Lazy<MixtureSubject>(() =>
        {
            using TorchSharp.torch.Tensor points = PointSets.Generate(name, PointSetModes, seed: 1);
            return new(name, GaussianMixture.Around(points, PointSetBlur));
        }));

    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTime Written, NetworkSubject Subject)> networks = [];

    private IEnumerable<string> Networks => checkpoint is null ? Checkpoints.Names : [.. Checkpoints.Names, Own];

    /// <summary>What a name stands for; modes of one's own come before it.</summary>
    /// <exception cref="InvalidInputException">There is nothing of this name, or its file cannot be read.</exception>
    public Subject Find(string? data, string? modes)
    {
        if (modes is not null)
        {
            return new MixtureSubject("modes", ChoiceText.Modes(modes));
        }

        string name = data ?? ThreeModes;
        if (Array.Find(Mixtures, mixture => mixture.Name == name) is { } found)
        {
            return found;
        }

        if (Points.TryGetValue(name, out Lazy<MixtureSubject>? points))
        {
            return points.Value;
        }

        return Networks.Contains(name)
            ? Network(name)
            : throw new InvalidInputException(
                "data", $"\"{name}\"", string.Join(", ", Mixtures.Select(mixture => mixture.Name).Concat(Points.Keys).Concat(Networks)));
    }

    /// <summary>What the page can choose from.</summary>
    public IEnumerable<object> Describe() =>
    [
        .. Mixtures.Select(subject => new
        {
            name = subject.Name,
            kind = "mixture",
            shape = subject.Shape,
            classes = 0,
            modes = subject.Mixture.Means.Select((mean, k) =>
                new { x = mean[0], y = mean[1], sd = subject.Mixture.Stds[k], w = subject.Mixture.Weights[k] }),
        }),
        .. Points.Keys.Select(name => new { name, kind = "points", shape = new[] { 2 }, classes = 0 }),
        .. Networks.Select(name => Network(name, unlessKnown: true)).Select(subject => new
        {
            name = subject.Name,
            kind = subject.ArePictures ? "pictures" : "points",
            shape = subject.Shape,
            classes = subject.Network.Classes,
        }),
    ];

    /// <summary>A network, read again when its file has changed: a training may be writing it.</summary>
    private NetworkSubject Network(string name, bool unlessKnown = false)
    {
        lock (gate)
        {
            string file = name == Own ? checkpoint! : name;

            // A file that is gone has a date of 1601, so that its loading says what is wrong.
            DateTime written = name == Own ? File.GetLastWriteTimeUtc(file) : default;
            if (!networks.TryGetValue(name, out var known) || (known.Written != written && !unlessKnown))
            {
                DenoisingNetwork network = Checkpoints.Load(file);
                InvalidInputException.Require(network.SampleShape is [2] or [1 or 3, _, _],
                    "checkpoint", $"samples of [{string.Join(", ", network.SampleShape)}]", "pictures, or points in the plane");
                network.Device = Devices.Fastest;
                bool replaces = networks.ContainsKey(name);
                networks[name] = known = (written, new(name, network, file, $"{name} {Fingerprint.Of(network.parameters())}"));
                if (replaces)
                {
                    // An answer may still be using the former one, whose weights are native: the collector knows nothing of their size.
                    GC.Collect();
                }
            }

            return known.Subject;
        }
    }
}
