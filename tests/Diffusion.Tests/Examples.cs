using CsCheck;
using System.Text.Json;

namespace Diffusion.Tests;

/// <summary>Schedules, strides and data that many tests run over.</summary>
internal static class Examples
{
    /// <summary>Every kind of schedule, long and short, with the ends that are hard on digits.</summary>
    public static IEnumerable<NoiseSchedule> Schedules =>
    [
        NoiseSchedule.Linear(1000),
        NoiseSchedule.Linear(21),
        NoiseSchedule.Linear(10, 0.01, 1),
        NoiseSchedule.Cosine(1000),
        NoiseSchedule.Cosine(3),
        NoiseSchedule.OffsetCosine(1000),
        NoiseSchedule.OffsetCosine(1),
        NoiseSchedule.FromBetas([0.1, 0.5, 1e-9, 0.9]),
        NoiseSchedule.FromAlphaBar([1 - 1e-12, 0.5, 1e-14, 0]),
        NoiseSchedule.Cosine(1000).Respace(Stride.Uniform(10).Timesteps(1000)),
    ];

    /// <summary>Random schedules of every kind.</summary>
    public static Gen<NoiseSchedule> Schedule { get; } = Gen.OneOf(
        Gen.Int[21, 300].Select(NoiseSchedule.Linear),
        Gen.Int[1, 300].Select(NoiseSchedule.Cosine),
        Gen.Int[1, 300].Select(NoiseSchedule.OffsetCosine),
        Gen.Double[0.001, 0.5].Array[1, 60].Select(betas => NoiseSchedule.FromBetas(betas)),
        Gen.Double[0.0, 0.999].Array[1, 60].Select(values => NoiseSchedule.FromAlphaBar(values.Distinct().OrderDescending())));

    /// <summary>Random schedules with up to 12 of their timesteps.</summary>
    public static Gen<(NoiseSchedule Schedule, Stride Stride)> Strided { get; } =
        Schedule.SelectMany(schedule => Gen.Int[1, schedule.T].Array[1, 12]
            .Select(timesteps => (schedule, Stride.Custom([.. timesteps.Distinct().Order()]))));

    /// <summary>Three modes in the plane, the mixture of the golden numbers.</summary>
    public static GaussianMixture ThreeModes { get; } = FromGolden();

    private static GaussianMixture FromGolden()
    {
        JsonElement mixture = GoldenNumbers.Trajectories.Select(run => run.GetProperty("mixture"))
            .First(candidate => candidate.GetProperty("weights").GetArrayLength() == 3);
        double[][] means = [.. mixture.GetProperty("means").EnumerateArray()
            .Select(mean => mean.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
        return new(mixture.Doubles("weights"), means, mixture.Doubles("stds"));
    }
}
