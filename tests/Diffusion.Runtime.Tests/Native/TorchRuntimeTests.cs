using TorchSharp;

namespace Diffusion.Runtime.Tests;

public class TorchRuntimeTests
{
    [Fact]
    public void A_tensor_can_be_made()
    {
        TorchRuntime.EnsureLoaded();
        using var ones = torch.ones(3);
        using var sum = ones.sum();
        Assert.Equal(3f, sum.item<float>());
    }

    [Fact]
    public void Missing_libraries_are_named_with_the_folders_and_the_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("diffusion-tests-");
        var failure = TorchRuntime.Load([folder.FullName]).Failure;
        folder.Delete();

        Assert.NotNull(failure);
        Assert.Contains("c10", failure.Message, StringComparison.Ordinal);
        Assert.Contains(folder.FullName, failure.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet restore", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_does_not_load_is_named_with_what_it_needs()
    {
        var folder = Directory.CreateTempSubdirectory("diffusion-tests-");
        foreach (var name in (string[])["libc10.so", "c10.dll", "libc10.dylib"])
        {
            File.WriteAllText(Path.Combine(folder.FullName, name), "not a library");
        }

        var failure = TorchRuntime.Load([folder.FullName]).Failure;
        folder.Delete(recursive: true);

        Assert.NotNull(failure);
        Assert.Contains(folder.FullName, failure.Message, StringComparison.Ordinal);
        Assert.Contains("It needs", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LibTorchSharp")]
    [InlineData("libtorch_cpu")]
    [InlineData("torch")]
    public void The_handle_of_a_loaded_library_is_given_by_name(string name) => Assert.NotEqual(0, TorchRuntime.Handle(name));

    [Fact]
    public void Other_libraries_are_left_to_the_system() => Assert.Equal(0, TorchRuntime.Handle("torch_cuda"));
}
