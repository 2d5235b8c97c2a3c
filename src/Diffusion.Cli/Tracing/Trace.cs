using System.Text.Json;
using static TorchSharp.torch;

namespace Diffusion.Cli;

/// <summary>Writes every term of every step of a run with the exact denoiser, in double.</summary>
public static class Trace
{
    /// <summary>Runs the request and writes the trace as JSON.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="output">Where the JSON goes.</param>
    /// <param name="progress">Told the number of each step that is written, from 1.</param>
    /// <exception cref="InvalidInputException">A term is not finite, which JSON cannot hold.</exception>
    public static void Write(TraceRequest request, Stream output, Action<int>? progress = null)
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(request.Mixture);
        Tensor start = TraceRequest.ToTensor(request.Start);
        using var seeded = new SeededNoise(request.Seed);
        INoiseSource noise = request.Noise is { } given ? new RecordedNoise([.. given.Select(TraceRequest.ToTensor)]) : seeded;

        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartArray("steps");
        Cost cost = default;
        foreach (SamplingStep step in request.Sampler.Walk(denoiser, start, noise))
        {
            cost = step.Cost;
            json.WriteStartObject();
            json.WriteNumber("t", step.Timestep);
            json.WriteNumber("tPrev", step.PreviousTimestep);
            Rows(json, "x", step.Noisy);
            Rows(json, "estimatedNoise", step.EstimatedNoise);
            Rows(json, "estimatedSample", step.EstimatedSample);
            Rows(json, "estimatedPrevious", step.EstimatedPrevious);
            Rows(json, "scaledPrevious", step.ScaledPrevious);
            Rows(json, "randomTerm", step.RandomTerm);
            Rows(json, "next", step.Next);
            json.WriteEndObject();
            json.Flush();
            progress?.Invoke(step.Index + 1);
        }

        json.WriteEndArray();
        json.WriteStartObject("cost");
        json.WriteNumber("denoiserCalls", cost.DenoiserCalls);
        json.WriteNumber("forwardSteps", cost.ForwardSteps);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Rows(Utf8JsonWriter json, string name, Tensor tensor)
    {
        double[] values = tensor.data<double>().ToArray();
        InvalidInputException.Require(
            values.All(double.IsFinite), "start", $"numbers with which {name} is not finite", "numbers closer to the data");
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, values.Chunk((int)tensor.shape[1]));
    }
}
