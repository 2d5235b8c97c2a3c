using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A network that answers (noisy x, noise level) and can be trained, saved, loaded and asked for a class.</summary>
public abstract class DenoisingNetwork : nn.Module, IDenoiser
{
    private protected DenoisingNetwork(string name)
        : base(name)
    {
    }

    /// <summary>What the network answers with.</summary>
    public abstract PredictionTarget Target { get; }

    /// <summary>How many classes it can be asked for; 0 for a network without labels.</summary>
    public abstract int Classes { get; }

    /// <summary>The shape of one sample, without N: [C, H, W] or [D].</summary>
    public abstract IReadOnlyList<long> SampleShape { get; }

    /// <summary>
    /// The type that <see cref="Predict(Tensor, NoiseLevel)"/> computes in; by default what this processor is fastest with
    /// (<see cref="Precisions.Fastest"/>). The answer has the type of the input.
    /// </summary>
    public ScalarType Precision { get; set; } = Precisions.Fastest;

    /// <summary>
    /// Where the network is and computes; the processor unless set, to <see cref="Devices.Fastest"/> for example. Inputs and
    /// answers stay where the caller has them.
    /// </summary>
    public Device Device
    {
        get;
        set
        {
            this.to(value);
            field = value;
        }
    } = CPU;

    /// <summary>The number of trained numbers.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>The network's answer, differentiable.</summary>
    /// <param name="x">[N, …] in float32, the noisy input.</param>
    /// <param name="logSnr">[N] or [1] in float32, log(ᾱ/(1−ᾱ)); it is clamped to ±12.</param>
    /// <param name="labels">[N] in int64, where <see cref="Classes"/> stands for "no class"; null for no class.</param>
    /// <param name="dropout">Where dropout draws from; null for no dropout.</param>
    /// <param name="compute">The type that convolutions are computed in.</param>
    /// <returns>[N, …] in float32.</returns>
    public abstract Tensor Forward(
        Tensor x, Tensor logSnr, Tensor? labels = null, Generator? dropout = null, ScalarType compute = ScalarType.Float32);

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The input does not have the network's shape.</exception>
    public Prediction Predict(Tensor x, NoiseLevel level) => Predict(x, level, labels: null);

    /// <summary>The same network, asked for classes (Ho &amp; Salimans 2022).</summary>
    /// <param name="label">The class, for every sample.</param>
    /// <param name="guidance">
    /// w in ε̂ = ε̂(no class) + w·(ε̂(class) − ε̂(no class)): 1 is the plain conditional answer, more than 1 goes further
    /// from the unconditional one at the cost of variety, 0 ignores the class. The weights add to one, so the same
    /// combination holds for x̂0 and v. Other than 0 and 1, it takes two answers a call.
    /// </param>
    /// <exception cref="InvalidInputException">The network knows no classes, or not this one, or the guidance is not finite.</exception>
    public IDenoiser Conditional(long label, double guidance = 1) => new ConditionalDenoiser(this, [label], guidance);

    /// <summary>The same with a class for each sample.</summary>
    /// <param name="labels">N classes, one for each sample of the batch.</param>
    /// <param name="guidance">As above.</param>
    /// <exception cref="InvalidInputException">The network knows no classes, or not these, or the guidance is not finite.</exception>
    public IDenoiser Conditional(IReadOnlyList<long> labels, double guidance = 1) => new ConditionalDenoiser(this, [.. labels], guidance);

    /// <summary>Writes the weights and the configuration as safetensors, for <see cref="Load"/> and for other programs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">The type to store: float32, or half the size in float16 or bfloat16.</param>
    public void Save(string path, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var stored = named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().to(type));
        Safetensors.Save(path, stored, NetworkFormat.Describe(this));
    }

    /// <summary>Reads a network that <see cref="Save"/> or a training wrote; of a training's checkpoint, the averaged weights.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidInputException">The file is none, or its tensors do not fit its configuration.</exception>
    public static DenoisingNetwork Load(string path)
    {
        using SafetensorsFile file = Safetensors.Load(path);
        return NetworkFormat.Read(new(path, file), file.Metadata.ContainsKey(NetworkFormat.TrainingKey) ? NetworkFormat.EmaPrefix : "");
    }

    /// <summary>The fewest samples that are worth a thread of their own.</summary>
    private protected abstract int MinPart { get; }

    /// <summary>The most samples at a time whose features fit a processor's cache.</summary>
    private protected abstract int MaxPart { get; }

    /// <summary>An untrained network of the same configuration.</summary>
    internal abstract DenoisingNetwork NewLike();

    internal Prediction Predict(Tensor x, NoiseLevel level, Tensor? labels)
    {
        RequireSamples(x);
        if (Device.type != DeviceType.CPU)
        {
            return PredictWhole(x, level, (noisy, logSnr) => Forward(noisy, logSnr, labels?.to(Device), dropout: null, Precision));
        }

        return new(Target, SingleThreadedPool.Map(x, MinPart, MaxPart, (begin, count) => Forward(
            x.narrow(0, begin, count).to(ScalarType.Float32), LogSnr(level), labels?.narrow(0, begin, count), dropout: null, Precision)));
    }

    /// <summary>The answer to a batch in one piece, wherever the network is.</summary>
    private protected Prediction PredictWhole(Tensor x, NoiseLevel level, Func<Tensor, Tensor, Tensor> forward)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor answer = forward(x.to(ScalarType.Float32).to(Device), LogSnr(level).to(Device));
        return new(Target, answer.to(x.device).to(x.dtype).MoveToOuterDisposeScope());
    }

    private protected void RequireSamples(Tensor x) => InvalidInputException.Require(x.shape.Skip(1).SequenceEqual(SampleShape),
        nameof(x), $"shape {TensorShapes.Text(x)}", $"[N, {string.Join(", ", SampleShape)}], the network's samples");

    private static Tensor LogSnr(NoiseLevel level) => tensor([(float)Math.Clamp(level.LogSnr, -1000, 1000)]);
}
