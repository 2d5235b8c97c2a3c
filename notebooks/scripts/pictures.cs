// The three pictures of README.md: dotnet run -c Release notebooks/scripts/pictures.cs [FOLDER, data if absent]
#:project ../../src/Diffusion.Plots/Diffusion.Plots.csproj
using Diffusion;
using Diffusion.Data;
using Diffusion.Evaluation;
using Diffusion.Plots;
using static TorchSharp.torch;

string folder = args.Length > 0 ? args[0] : "data";
Terms().Save(Path.Combine(folder, "terms.png"));
Costs().Save(Path.Combine(folder, "costs.svg"));
Strides().Save(Path.Combine(folder, "strides.svg"));

// One step of the sampling equation, t = 600 → 300 at η = 1, on six digits: a row a term.
static Figure Terms()
{
    var schedule = NoiseSchedule.Cosine(1000);
    using var digits = Digits.Load16();
    using var clean = digits.Take(3, 0, 1, 4, 8, 7);
    using Tensor noise = Noise.Gaussian(clean.shape, seed: 1), z = Noise.Gaussian(clean.shape, seed: 2);
    using var x = new ForwardProcess(schedule).At(clean, 600, noise);
    var exact = new GaussianMixtureDenoiser(GaussianMixture.Around(digits.Pictures, std: 0.1));
    using Prediction answer = exact.Predict(x, schedule.Level(600));
    using var terms = SamplingEquation.Terms(x, answer, schedule.Transition(600, 300), eta: 1, z);
    using var rows = cat([x, terms.EstimatedSample, terms.EstimatedNoise, terms.ScaledPrevious, terms.RandomTerm, terms.Next]);
    return Figures.Pictures("", rows, columns: 6, scale: 4);
}

// What T timesteps cost, counted: the article's F, the closed form, a stride of a tenth.
static Figure Costs()
{
    double[] lengths = [10, 20, 50, 100, 200, 500, 1000];
    double[] Of(Func<int, double> work) => [.. lengths.Select(T => work((int)T))];
    return Figures.Lines("", "timesteps T", "denoiser calls + forward steps", LogAxes.Both,
        ("F, one step at a time", lengths, Of(T => T + T * (T - 1) / 2.0)),
        ("closed form", lengths, Of(T => T)),
        ("stride, a tenth of T", lengths, Of(T => T / 10)));
}

// Three clusters under the cosine schedule with the exact denoiser: how far from the truth K calls end.
static Figure Strides()
{
    var mixture = new GaussianMixture([0.5, 0.3, 0.2], [[1.2, 0.9], [-1.2, 0.5], [0, -1.2]], [0.15, 0.25, 0.2]);
    var denoiser = new GaussianMixtureDenoiser(mixture);
    using Tensor truth = mixture.Sample(2000, seed: 1), start = Noise.Gaussian([2000, 2], seed: 2, ScalarType.Float64);
    var schedule = NoiseSchedule.Cosine(1000);
    double[] calls = [3, 5, 10, 20, 50];
    double Distance(string stride)
    {
        using Tensor sample = Sampler.Strided(schedule, Stride.Parse(stride)).Run(denoiser, start).Sample;
        return SlicedWasserstein.Distance(sample, truth);
    }

    return Figures.Lines("", "denoiser calls K", "sliced Wasserstein distance to the truth", LogAxes.Both,
        [.. new[] { "trailing", "quadratic", "logsnr", "karras" }.Select(family =>
            (family, calls, calls.Select(K => Distance($"{family}{K}")).ToArray()))]);
}
