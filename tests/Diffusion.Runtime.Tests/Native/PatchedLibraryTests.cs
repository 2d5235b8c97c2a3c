
namespace Diffusion.Runtime.Tests;

public sealed class PatchedLibraryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("diffusion-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_cache_holds_the_patched_copy_under_the_hash_of_its_source()
    {
        var path = PatchedLibrary.Prepare(PublishedLibrary.Path, folder);

        var published = File.ReadAllBytes(PublishedLibrary.Path);
        Assert.Equal(ElfPatch.Apply(published, "it"), File.ReadAllBytes(path));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(published)), Path.GetFileName(Path.GetDirectoryName(path)));
    }

    [Fact]
    public void A_copy_that_is_there_is_taken_as_it_is()
    {
        var path = PatchedLibrary.Prepare(PublishedLibrary.Path, folder);
        var written = File.GetLastWriteTimeUtc(path);

        Assert.Equal(path, PatchedLibrary.Prepare(PublishedLibrary.Path, folder));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void A_damaged_copy_is_replaced()
    {
        var path = PatchedLibrary.Prepare(PublishedLibrary.Path, folder);
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..1000]);

        PatchedLibrary.Prepare(PublishedLibrary.Path, folder);
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Many_writers_at_once_leave_one_whole_copy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The copy is for Linux; Windows refuses to replace a file that another reads.");

        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PatchedLibrary.Prepare(PublishedLibrary.Path, folder))));

        var path = Assert.Single(paths.Distinct());
        Assert.Equal(path, Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories)));
        Assert.Equal(ElfPatch.Apply(File.ReadAllBytes(PublishedLibrary.Path), "it"), File.ReadAllBytes(path));
    }
}
