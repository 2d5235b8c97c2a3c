using CsCheck;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>Small networks that many tests run over.</summary>
internal static class NetworkExamples
{
    /// <summary>Random small UNets of every kind.</summary>
    public static Gen<UNetConfig> Config { get; } =
        from channels in Gen.Int[1, 3]
        from groups in Gen.OneOf(Gen.Const(1), Gen.Const(2), Gen.Const(4))
        from width in Gen.Int[1, 5]
        from multipliers in Gen.Int[1, 3].Array[1, 3]
        from side in Gen.Int[1, 3]
        from blocks in Gen.Int[1, 2]
        from attends in Gen.Bool.Array[3]
        from heads in Gen.OneOf(Gen.Const(1), Gen.Const(2), Gen.Const(4))
        from classes in Gen.OneOf(Gen.Const(0), Gen.Const(1), Gen.Const(5))
        from target in Gen.Enum<PredictionTarget>()
        let size = side << (multipliers.Length - 1)
        select new UNetConfig
        {
            Channels = channels,
            Size = size,
            BaseChannels = 4 * width,
            Multipliers = multipliers,
            BlocksPerLevel = blocks,
            AttentionSizes = [.. Enumerable.Range(0, multipliers.Length).Where(level => attends[level]).Select(level => size >> level)],
            Heads = heads,
            Groups = groups,
            Classes = classes,
            Target = target,
            Embedding = 8,
        };

    /// <summary>A UNet that is cheap to run and to train.</summary>
    public static UNetConfig Tiny { get; } = new()
    {
        Channels = 1,
        Size = 4,
        BaseChannels = 4,
        Multipliers = [1, 2],
        AttentionSizes = [2],
        Heads = 2,
        Groups = 2,
        Classes = 3,
        Embedding = 8,
    };

    /// <summary>A UNet for the digits at 8×8 that is cheap to sample from.</summary>
    public static UNetConfig Digits { get; } = new()
    {
        Channels = 1,
        Size = 8,
        BaseChannels = 4,
        Multipliers = [1],
        AttentionSizes = [],
        Heads = 1,
        Groups = 2,
        Embedding = 8,
        Classes = 10,
    };

    /// <summary>The same network with every parameter drawn, also those that training begins at zero.</summary>
    public static T Stirred<T>(this T network, int seed = 1)
        where T : DenoisingNetwork
    {
        using var noGradient = no_grad();
        using var random = new Generator((ulong)seed, CPU);
        foreach (Parameter parameter in network.parameters())
        {
            using Tensor drawn = randn(parameter.shape, generator: random);
            parameter.add_(drawn, alpha: 0.2);
        }

        return network;
    }
}
