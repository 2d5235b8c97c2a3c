using Diffusion.Benchmarks;

// A benchmark may well touch a tensor before it touches anything of the library.
TorchRuntime.EnsureLoaded();

// One file a benchmark; a name runs one, no name runs all.
var benchmarks = new Dictionary<string, Action>
{
    ["sampler"] = SamplerBenchmark.Run,
    ["unet"] = UNetBenchmark.Run,
    ["start"] = ColdStartBenchmark.Run,
    ["lab"] = LabBenchmark.Run,
};

// It runs as long as it is told, and so not among all.
if (args is ["lab-soak", var minutes])
{
    if (!int.TryParse(minutes, out int length) || length < 1)
    {
        Console.Error.WriteLine($"lab-soak: got \"{minutes}\"; takes how many minutes to drag");
        return 2;
    }

    LabBenchmark.Soak(length);
    return 0;
}

if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"benchmark: got \"{unknown}\"; takes {string.Join(", ", benchmarks.Keys)}, lab-soak with minutes, or nothing for all");
    return 2;
}

foreach (string name in args is [] ? [.. benchmarks.Keys] : args)
{
    benchmarks[name]();
}

return 0;
