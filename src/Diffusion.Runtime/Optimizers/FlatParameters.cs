using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// A network's parameters as one vector, of which every parameter is a view: an update of all of them is a few operations
/// and not a few for each.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly (string Name, long[] Shape, long Offset, long Count)[] places;

    public FlatParameters(nn.Module network)
        : this(network.named_parameters())
    {
    }

    public FlatParameters(IEnumerable<(string Name, Parameter Parameter)> each)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var named = each.ToArray();
        Parameters = [.. named.Select(pair => pair.Parameter)];
        places = new (string, long[], long, long)[named.Length];
        long offset = 0;
        for (int i = 0; i < named.Length; i++)
        {
            var (name, parameter) = named[i];
            places[i] = (name, parameter.shape, offset, parameter.numel());
            offset += parameter.numel();
        }

        Values = Gather(Parameters).DetachFromDisposeScope();
        for (int i = 0; i < named.Length; i++)
        {
            Parameters[i].set_(View(Values, i));
        }
    }

    /// <summary>The parameters, in the order of the vector.</summary>
    public Parameter[] Parameters { get; }

    /// <summary>All elements, [P] in float32.</summary>
    public Tensor Values { get; }

    /// <summary>The sum of several losses and its gradient, each loss on a thread of its own.</summary>
    /// <param name="count">How many losses.</param>
    /// <param name="loss">The i-th, a scalar.</param>
    /// <returns>The same whatever the number of threads; the gradient is [P] in float32 and the caller's.</returns>
    public (double Loss, Tensor Gradient) Differentiate(int count, Func<int, Tensor> loss)
    {
        var losses = new double[count];
        var gradients = new Tensor?[count];
        try
        {
            SingleThreadedPool.Run(count, i =>
            {
                using var scope = NewDisposeScope();
                Tensor value = loss(i);
                losses[i] = value.item<float>();
                gradients[i] = Gather(autograd.grad([value], Parameters)).DetachFromDisposeScope();
            });
            Tensor sum = gradients[0]!;
            foreach (Tensor? gradient in gradients[1..])
            {
                sum.AddInPlace(gradient!);
            }

            gradients[0] = null;
            return (losses.Sum(), sum);
        }
        finally
        {
            foreach (Tensor? gradient in gradients)
            {
                gradient?.Dispose();
            }
        }
    }

    /// <summary>One tensor for each parameter as one vector, [P] in float32, which the caller owns.</summary>
    public static Tensor Gather(IEnumerable<Tensor> each)
    {
        using var scope = NewDisposeScope();
        return cat([.. each.Select(tensor => tensor.detach().reshape(-1).to(ScalarType.Float32))]).MoveToOuterDisposeScope();
    }

    /// <summary>1 for the elements of kernels and matrices, 0 for those of biases and norms; [P].</summary>
    public Tensor MatrixMask()
    {
        using var scope = NewDisposeScope();
        return cat([.. places.Select(place => place.Shape.Length > 1 ? ones([place.Count]) : zeros([place.Count]))])
            .MoveToOuterDisposeScope();
    }

    /// <summary>A vector of the parameters' layout as named views of it, which the caller owns.</summary>
    public IEnumerable<(string Name, Tensor View)> Split(Tensor vector) => places.Select((place, i) => (place.Name, View(vector, i)));

    public void Dispose() => Values.Dispose();

    private Tensor View(Tensor vector, int i) => vector.narrow(0, places[i].Offset, places[i].Count).view(places[i].Shape);
}
