using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Diffusion.Evaluation;

/// <summary>Found strides in a folder, each file under the hash of everything that its search depended on.</summary>
/// <param name="folder">The folder; made when something is kept.</param>
public sealed class StrideCache(string folder)
{
    /// <summary>The one of this user.</summary>
    public static StrideCache OfUser { get; } = new(CacheFolder.Of("strides"));

    /// <summary>
    /// The strides under a key, searched for if they are not there. A file that cannot be read counts as absent, and a
    /// folder that cannot be written does no harm.
    /// </summary>
    /// <param name="key">All that the search depends on. This build of the kit is added to it.</param>
    /// <param name="search">Finds the strides.</param>
    public IReadOnlyList<OptimalStride> Get(string key, Func<IReadOnlyList<OptimalStride>> search)
    {
        string whole = $"{BuildIdentity.Text}\n{key}";
        string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole))) + ".json");
        if (Read(path, whole) is { } known)
        {
            return known;
        }

        IReadOnlyList<OptimalStride> found = search();
        try
        {
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(
                stream,
                new Entry(whole, found.Count, [.. found.Select(stride => new Found(stride.Stride.ToString(), stride.Count, stride.Cost))]),
                JsonReading.Options));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next search takes as long as this one; nothing else is lost.
        }

        return found;
    }

    private static OptimalStride[]? Read(string path, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path), JsonReading.Options) is { Strides: { Length: > 0 } strides } entry
                && entry.Key == key && entry.Count == strides.Length
                ? [.. strides.Select(stride => new OptimalStride(Stride.Parse(stride.Stride), stride.Count, stride.Cost))]
                : null;
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or JsonException or InvalidInputException or NullReferenceException)
        {
            return null;
        }
    }

    private sealed record Entry(string Key, int Count, Found[] Strides);

    private sealed record Found(string Stride, int Count, double Cost);
}
