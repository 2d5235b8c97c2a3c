// The best strides of K calls beside the named ones: dotnet run -c Release notebooks/scripts/best-stride.cs [K, 5 if absent] [SCHEDULE, linear if absent]
#:project ../../src/Diffusion.Evaluation/Diffusion.Evaluation.csproj
#:package Spectre.Console
using System.Globalization;
using Diffusion;
using Diffusion.Evaluation;
using Diffusion.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

try
{
    int K = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out int number) ? number : args.Length > 0 ? 0 : 5;
    Print(NoiseSchedule.Parse(args.Length > 1 ? args[1] : "linear", 1000), K);
    return 0;
}
catch (InvalidInputException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}

// Three clusters with the exact denoiser: what is searched with seed 0 is scored with seeds 1 to 5.
static void Print(NoiseSchedule schedule, int K)
{
    var mixture = GaussianMixture.ThreeModes;
    var denoiser = new GaussianMixtureDenoiser(mixture);
    var finder = new StrideFinder(schedule, mixture);
    Stride Best(StrideObjective objective) => finder.Find(objective, K).Stride;
    (string Name, Stride Stride)[] strides =
    [
        ("trailing", Stride.Trailing(K)), ("quadratic", Stride.Quadratic(K)), ("karras", Stride.Karras(K)),
        ("best by trajectory", Best(StrideObjective.Trajectory)), ("best by outcome", Best(StrideObjective.Outcome)),
    ];
    double Distance(Stride stride, int seed)
    {
        using Tensor truth = mixture.Sample(8000, 1000 + seed), start = Noise.Gaussian([2000, 2], seed, ScalarType.Float64);
        using Tensor sample = Sampler.Strided(schedule, stride).Run(denoiser, start).Sample;
        return SlicedWasserstein.Distance(sample, truth);
    }

    var table = new Table().Border(TableBorder.Simple).Title($"{schedule.Name}, {K} calls");
    table.AddColumns("stride", "distance to the truth, mean of 5 runs", "timesteps");
    foreach (var (name, stride) in strides)
    {
        double mean = Enumerable.Range(1, 5).Average(seed => Distance(stride, seed));
        table.AddRow(name, mean.ToString("F3", CultureInfo.InvariantCulture), string.Join(' ', stride.Timesteps(schedule)));
    }

    AnsiConsole.Write(table);
}
