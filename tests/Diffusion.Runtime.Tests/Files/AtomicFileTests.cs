namespace Diffusion.Runtime.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a")]
    [InlineData("new/folder/a")]
    [InlineData("*?")]
    public void A_file_is_whole_or_as_it_was(string name)
    {
        string path = folder.File(name);
        AtomicFile.Write(path, stream => stream.Write("first"u8));
        Assert.Throws<TimeZoneNotFoundException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("sec"u8);
            throw new TimeZoneNotFoundException();
        }));
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal(path, Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!)));
    }

    [Fact]
    public void A_name_as_long_as_names_can_be_is_written()
    {
        string path = folder.File(new string('ä', 127));
        AtomicFile.Write(path, stream => stream.WriteByte(1));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_link_stays_one_and_a_file_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string real = folder.File("real"), link = folder.File("link"), dangling = folder.File("dangling");
        File.WriteAllText(real, "before");
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, "real");
        File.CreateSymbolicLink(dangling, "later");

        AtomicFile.Write(link, stream => stream.Write("after"u8));
        AtomicFile.Write(dangling, stream => stream.Write("new"u8));

        Assert.Equal("real", new FileInfo(link).LinkTarget);
        Assert.Equal("after", File.ReadAllText(real));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(real));
        Assert.Equal("new", File.ReadAllText(folder.File("later")));
    }

    [Fact]
    public void A_device_takes_the_bytes_and_stays_one()
    {
        if (OperatingSystem.IsLinux())
        {
            AtomicFile.Write("/dev/null", stream => stream.WriteByte(1));
            Assert.Equal(0, new FileInfo("/dev/null").Length);
        }
    }

    [Fact]
    public async Task A_pipe_takes_the_bytes_and_stays_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        string pipe = folder.File("pipe");
        using var made = System.Diagnostics.Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        for (int turn = 0; turn < 2; turn++)
        {
            Task<string> reader = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
            AtomicFile.Write(pipe, stream => stream.Write("whole"u8));
            Assert.Equal("whole", await reader);
        }

        Assert.Equal([pipe], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Many_writers_in_one_folder_do_not_take_each_others_files()
    {
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => AtomicFile.Write(folder.File($"{i % 50}"), stream => stream.Write(BitConverter.GetBytes(i % 50))));
        Assert.Equal(50, Directory.GetFiles(folder.Path).Length);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(BitConverter.GetBytes(i), File.ReadAllBytes(folder.File($"{i}"))));
    }

    [Fact]
    public void What_a_killed_writer_left_goes_and_what_another_is_writing_stays()
    {
        string abandoned = folder.File($".ddm-{Guid.NewGuid():N}.tmp"), notes = folder.File(".ddm-notes");
        File.WriteAllText(abandoned, "half");
        File.WriteAllText(notes, "mine");
        DateTime longAgo = DateTime.UtcNow.AddHours(-1);
        File.SetLastWriteTimeUtc(abandoned, longAgo);
        File.SetLastWriteTimeUtc(notes, longAgo);
        AtomicFile.Write(folder.File("outer"), outer =>
        {
            Assert.False(File.Exists(abandoned));
            string writing = Assert.Single(Directory.GetFiles(folder.Path, ".ddm-*.tmp"));
            File.SetLastWriteTimeUtc(writing, longAgo);
            AtomicFile.Write(folder.File("inner"), inner => inner.WriteByte(2));
            outer.WriteByte(1);
        });

        Assert.Equal(["inner", "outer"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Except([".ddm-notes"]).Order());
        Assert.True(File.Exists(notes));
    }
}
