using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Where the parameters of a network under construction come from: uniform in ±1/√(elements that an output sums) and zero
/// before training, or zero everywhere for a network that a file is about to fill.
/// </summary>
internal sealed class Initializer : IDisposable
{
    // In float32 a weight, its gradient, its average and the optimizer's two numbers.
    private const int TrainingBytes = 5 * sizeof(float);

    private readonly Generator? random;
    private readonly Func<InvalidInputException> refusal;
    private readonly List<Parameter> made = [];
    private long left;

    private Initializer(Generator? random, long left, Func<InvalidInputException> refusal)
    {
        this.random = random;
        this.left = left;
        this.refusal = refusal;
    }

    /// <summary>Equal seeds give equal parameters, of which there are no more than this machine's memory can train.</summary>
    public static Initializer Drawn(int seed) => new(
        new Generator((ulong)seed, CPU), (long)(AvailableMemory.Bytes / TrainingBytes),
        () => new("network", "more parameters than the memory here can train", "a smaller width, or fewer levels and blocks"));

    /// <summary>Zeros; a file's configuration is not trusted with more memory than its tensors take.</summary>
    /// <param name="maxElements">How many elements the parameters may have in all.</param>
    /// <param name="source">Where the configuration stands, for the message.</param>
    public static Initializer Blank(long maxElements = long.MaxValue, string source = "") => new(null, maxElements, () => new(
        source, "a network of many more parameters than the file has numbers", "the configuration that the tensors were saved with"));

    public Parameter Weight(long[] shape, bool zero) => Uniform(shape, shape.Skip(1).Aggregate((a, b) => a * b), zero);

    public Parameter Bias(int output, int summed, bool zero) => Uniform([output], summed, zero);

    public Parameter Constant(long[] shape, double value) => Owned(shape, values => values.FillInPlace(value));

    public Parameter Normal(long[] shape) => Owned(shape, values => values.normal_(0, 1, random));

    public void Dispose() => random?.Dispose();

    private Parameter Uniform(long[] shape, long summed, bool zero)
    {
        double bound = zero ? 0 : 1 / Math.Sqrt(summed);
        return Owned(shape, values => values.uniform_(-bound, bound, random));
    }

    // A network outlives the dispose scope that it was made in. Kernels are stored channels last, as inference reads them; a
    // training moves all parameters into one vector (FlatParameters), where they are contiguous.
    private Parameter Owned(long[] shape, Action<Tensor> draw)
    {
        left -= shape.Aggregate((a, b) => checked(a * b));
        if (left < 0)
        {
            made.ForEach(parameter => parameter.Dispose());
            throw refusal();
        }

        using Tensor values = zeros(shape);
        if (random is not null)
        {
            draw(values);
        }

        using Tensor stored = shape.Length == 4 ? FeatureMaps.ChannelsLast(values) : values.alias();
        made.Add((Parameter)new Parameter(stored.detach()).DetachFromDisposeScope());
        return made[^1];
    }
}
