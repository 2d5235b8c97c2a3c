using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Training;

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

    /// <summary>All numbers, [P] in float32.</summary>
    public Tensor Values { get; }

    /// <summary>One tensor for each parameter as one vector, [P] in float32, which the caller owns.</summary>
    public static Tensor Gather(IEnumerable<Tensor> each)
    {
        using var scope = NewDisposeScope();
        return cat([.. each.Select(tensor => tensor.detach().reshape(-1).to(ScalarType.Float32))]).MoveToOuterDisposeScope();
    }

    /// <summary>1 where a number belongs to a kernel or a matrix, 0 where to a bias or a norm; [P].</summary>
    public Tensor MatrixMask()
    {
        using var scope = NewDisposeScope();
        return cat([.. places.Select(place => full([place.Count], place.Shape.Length > 1 ? 1f : 0f))]).MoveToOuterDisposeScope();
    }

    /// <summary>A vector of the parameters' layout as named views of it, which the caller owns.</summary>
    public IEnumerable<(string Name, Tensor View)> Split(Tensor vector) => places.Select((place, i) => (place.Name, View(vector, i)));

    public void Dispose() => Values.Dispose();

    private Tensor View(Tensor vector, int i) => vector.narrow(0, places[i].Offset, places[i].Count).view(places[i].Shape);
}
