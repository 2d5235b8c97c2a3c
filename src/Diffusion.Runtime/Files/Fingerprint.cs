using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>Tells tensors from others by their numbers.</summary>
internal static class Fingerprint
{
    /// <summary>SHA-256 of the tensors' numbers, one tensor after the other.</summary>
    /// <param name="tensors">Each with at least one dimension.</param>
    public static string Of(IEnumerable<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor tensor in tensors)
        {
            for (long row = 0; row < tensor.shape[0]; row += 256)
            {
                using Tensor rows = tensor.narrow(0, row, Math.Min(256, tensor.shape[0] - row)).contiguous();
                hash.AppendData(rows.bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
