using System.Text;

namespace Diffusion.Runtime.Tests;

public class ElfPatchTests
{
    private readonly byte[] published = File.ReadAllBytes(PublishedLibrary.Path);

    [Theory]
    [InlineData(ElfPatch.NewVersion, 0x0297f842u)]
    [InlineData(ElfPatch.OldVersion, 0x08922974u)]
    [InlineData("GLIBC_2.2.5", 0x09691a75u)]
    public void Hash_is_the_one_of_the_ELF_specification(string name, uint hash) => Assert.Equal(hash, ElfPatch.Hash(name));

    [Fact]
    public void One_symbol_is_renamed_and_all_others_stay()
    {
        var before = new ElfFile(published).Symbols();
        var after = new ElfFile(ElfPatch.Apply(published, "it")).Symbols();

        Assert.Equal(before.Count, after.Count);
        var (old, now) = Assert.Single(before.Zip(after), pair => pair.First != pair.Second);
        Assert.Equal(ElfPatch.NewSymbol, old.Name);
        Assert.Equal(old with { Name = ElfPatch.OldSymbol }, now);
        Assert.Equal(0ul, now.Address);
    }

    [Fact]
    public void One_needed_version_is_lowered_and_all_others_stay()
    {
        var before = new ElfFile(published).NeededVersions();
        var after = new ElfFile(ElfPatch.Apply(published, "it")).NeededVersions();

        Assert.Equal(before.Count, after.Count);
        var (old, now) = Assert.Single(before.Zip(after), pair => pair.First != pair.Second);
        Assert.Equal(("libstdc++.so.6", ElfPatch.NewVersion, 0x0297f842u), (old.Library, old.Version, old.Hash));
        Assert.Equal(old with { Version = ElfPatch.OldVersion, Hash = 0x08922974u }, now);
    }

    [Fact]
    public void The_renamed_symbol_is_the_only_one_of_the_lowered_version()
    {
        var elf = new ElfFile(published);
        var index = Assert.Single(elf.NeededVersions(), needed => needed.Version == ElfPatch.NewVersion).Index;
        Assert.Equal(ElfPatch.NewSymbol, Assert.Single(elf.Symbols(), symbol => symbol.VersionIndex == index).Name);
    }

    [Fact]
    public void Nothing_outside_those_entries_changes()
    {
        var patched = ElfPatch.Apply(published, "it");

        Assert.Equal(published.Length, patched.Length);
        var changed = Enumerable.Range(0, patched.Length).Where(place => patched[place] != published[place]).ToList();
        var elf = new ElfFile(published);
        Assert.All(changed, place => Assert.True(elf[".dynstr"].Contains(place) || elf[".gnu.version_r"].Contains(place)));
        Assert.InRange(changed.Count, 1, ElfPatch.NewSymbol.Length + ElfPatch.NewVersion.Length + sizeof(uint));
    }

    [Fact]
    public void A_patched_file_is_not_patched_again()
    {
        var patched = ElfPatch.Apply(published, "it");
        var refusal = Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(patched, "copy.so"));
        Assert.Contains("copy.so", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("stands 0 times", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the symbol", "\0" + ElfPatch.NewSymbol + "\0")]
    [InlineData("the version", "\0" + ElfPatch.NewVersion + "\0")]
    [InlineData("the hash", "\u0042\u00f8\u0097\u0002")]
    public void A_file_in_which_an_entry_stands_twice_is_refused(string what, string entry)
    {
        byte[] twice = [.. published, .. Encoding.Latin1.GetBytes(entry)];
        var refusal = Assert.Throws<InvalidDataException>(() => ElfPatch.Apply(twice, "it"));
        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("stands 2 times", refusal.Message, StringComparison.Ordinal);
    }
}
