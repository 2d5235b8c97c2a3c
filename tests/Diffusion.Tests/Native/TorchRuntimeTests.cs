using Diffusion.Native;
using SkiaSharp;
using TorchSharp;

namespace Diffusion.Tests.Native;

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
    public void A_picture_can_be_encoded()
    {
        using var bitmap = new SKBitmap(2, 2);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Assert.True(png.Size > 0);
    }
}
