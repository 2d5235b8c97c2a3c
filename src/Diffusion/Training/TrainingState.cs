using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Diffusion.Training;

/// <summary>What a checkpoint says about its training, beside the tensors.</summary>
/// <param name="Step">The updates that were made.</param>
/// <param name="Plan">How the network is trained. With the step it is the state of every random draw, too.</param>
/// <param name="Data">The fingerprint of the samples and labels.</param>
internal sealed record TrainingState(int Step, TrainingPlan Plan, string Data)
{
    /// <summary>SHA-256 of the samples and the labels.</summary>
    public static string Fingerprint(Tensor samples, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor tensor in labels is null ? [samples] : new[] { samples, labels })
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
