using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Samples to train on or to judge by, by name; with labels where they are known. Its tensors belong to it.</summary>
public sealed class DataSet : IDisposable
{
    /// <summary>How many flowers <see cref="Open"/> paints unless told.</summary>
    public const int DefaultFlowers = 20_000;

    /// <summary>How many points <see cref="Open"/> draws unless told.</summary>
    public const int DefaultPoints = 10_000;

    // A million flowers take 12 GB.
    private const int MaxMade = 1_000_000;
    private const string FolderPrefix = "folder:", NamedPrefix = "named:", IdxPrefix = "idx:";
    private const string IdxNames = $"{IdxPrefix}PICTURES or {IdxPrefix}PICTURES,LABELS";

    private DataSet(string name, Tensor samples, Tensor? labels, IReadOnlyList<string> classes, IReadOnlyList<string>? skipped = null)
    {
        Name = name;
        Samples = samples;
        Labels = labels;
        Classes = classes;
        Skipped = skipped ?? [];
    }

    /// <summary>What <see cref="Open"/> takes.</summary>
    public static string Names => $"digits, digits8, flowers, {string.Join(", ", PointSets.Names)}, {FolderPrefix}PATH, {NamedPrefix}PATH, {IdxNames}";

    /// <summary>The name it was opened by.</summary>
    public string Name { get; }

    /// <summary>In float32: pictures [N, C, H, W] from −1 to 1, or points [N, 2].</summary>
    public Tensor Samples { get; }

    /// <summary>[N] in int64, places in <see cref="Classes"/>; null where nothing is known.</summary>
    public Tensor? Labels { get; }

    /// <summary>What the labels stand for; empty where there are none.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The files of a folder that are no pictures and were left out; hidden ones and those of the system are not counted.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>N, how many.</summary>
    public int Count => (int)Samples.shape[0];

    /// <summary>Whether the samples are pictures; else they are points.</summary>
    public bool ArePictures => Samples.dim() == 4;

    /// <summary>Opens or makes a data set.</summary>
    /// <param name="name">
    /// digits (16×16) or digits8; flowers; a name of <see cref="PointSets"/>; folder: and the path of a folder of pictures, whose
    /// classes are the folders in it; named: and the path of one whose classes are the file names before the first _;
    /// idx: and the path of an IDX file of pictures, and of one of labels after a comma.
    /// </param>
    /// <param name="count">How many flowers or points to make; the others have their own count.</param>
    /// <param name="seed">For flowers and points.</param>
    /// <param name="side">The height and width that pictures of a folder are resized to.</param>
    /// <param name="channels">Whether pictures of a folder are read as grey (1) or colour (3).</param>
    /// <exception cref="InvalidInputException">The name is unknown, or what it names cannot be read.</exception>
    public static DataSet Open(string name, int? count = null, int seed = 1, int side = 32, int channels = 3)
    {
        InvalidInputException.Require(count is null or (>= 1 and <= MaxMade), "count", $"{count}", $"1 to {MaxMade} samples");
        if (name is "digits" or "digits8")
        {
            Digits digits = name == "digits" ? Digits.Load16() : Digits.Load();
            return new(name, digits.Pictures, digits.Labels, [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]);
        }

        if (name == "flowers")
        {
            int flowers = count ?? DefaultFlowers;
            return new(name, Flowers.Generate(flowers, seed), Flowers.Labels(flowers, seed), Flowers.Classes);
        }

        if (PointSets.Names.Contains(name))
        {
            using Tensor points = PointSets.Generate(name, count ?? DefaultPoints, seed);
            return new(name, points.to(ScalarType.Float32), null, []);
        }

        if (name.StartsWith(FolderPrefix, StringComparison.Ordinal))
        {
            return OpenFolder(name, name[FolderPrefix.Length..], side, channels, PictureFolder.ClassesByFolder);
        }

        if (name.StartsWith(NamedPrefix, StringComparison.Ordinal))
        {
            return OpenFolder(name, name[NamedPrefix.Length..], side, channels, PictureFolder.ClassesByName);
        }

        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
        {
            return OpenIdx(name, name[IdxPrefix.Length..].Split(','));
        }

        throw new InvalidInputException(
            "data", $"\"{name}\"", Directory.Exists(name) ? $"{FolderPrefix}{name} for the pictures of this folder" : Names);
    }

    /// <summary>The two parts of the kit's own split, which is the same for every data set of this count.</summary>
    /// <param name="parts">10 holds out one sample in ten.</param>
    /// <returns>Data sets that the caller owns; this one stays as it is.</returns>
    /// <exception cref="InvalidInputException">There are fewer than two samples.</exception>
    public (DataSet Training, DataSet HeldOut) Divide(int parts = 10)
    {
        InvalidInputException.Require(
            Count >= 2, Name, "one sample", "at least 2 to train on or to judge by: a part of the samples is held out");
        var split = Split.Of(Count, parts: parts);
        var (training, heldOut) = split.Divide(Samples);
        (Tensor? trainingLabels, Tensor? heldOutLabels) = Labels is null ? (null, null) : split.Divide(Labels);
        return (new(Name, training, trainingLabels, Classes), new(Name, heldOut, heldOutLabels, Classes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Samples.Dispose();
        Labels?.Dispose();
    }

    private static DataSet OpenIdx(string name, string[] paths)
    {
        InvalidInputException.Require(paths.Length <= 2, "data", $"\"{name}\"", IdxNames);
        Tensor pictures = IdxFile.Pictures(paths[0]);
        try
        {
            if (paths.Length == 1)
            {
                return new(name, pictures, null, []);
            }

            int[] each = IdxFile.Labels(paths[1]);
            InvalidInputException.Require(each.Length == pictures.shape[0],
                paths[1], $"{each.Length} labels", $"one for each of the {pictures.shape[0]} pictures");
            var (labels, classes) = Classify(each);
            return new(name, pictures, labels, classes);
        }
        catch (InvalidInputException)
        {
            pictures.Dispose();
            throw;
        }
    }

    private static DataSet OpenFolder(string name, string folder, int side, int channels, Func<string[], string[]?> classify)
    {
        var (pictures, names, skipped) = PictureFolder.Load(folder, side, channels);
        try
        {
            var (labels, classes) = classify(names) is { } each ? Classify(each, StringComparer.Ordinal) : (null, []);
            return new(name, pictures, labels, classes, skipped);
        }
        catch (InvalidInputException)
        {
            pictures.Dispose();
            throw;
        }
    }

    /// <summary>The classes that occur, in order, and the place of each sample's among them.</summary>
    private static (Tensor? Labels, IReadOnlyList<string> Classes) Classify<T>(T[] each, IComparer<T>? order = null)
        where T : notnull
    {
        T[] classes = [.. each.Distinct().Order(order)];
        var places = classes.Index().ToDictionary(known => known.Item, known => (long)known.Index);
        return (tensor([.. each.Select(one => places[one])]), [.. classes.Select(one => $"{one}")]);
    }
}
