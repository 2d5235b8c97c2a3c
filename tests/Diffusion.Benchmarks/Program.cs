using Diffusion.Benchmarks;

// A benchmark may well touch a tensor before it touches anything of the library.
TorchRuntime.EnsureLoaded();

// One file a benchmark; a name runs one, no name runs all.
var benchmarks = new Dictionary<string, Action>
{
    ["sampler"] = SamplerBenchmark.Run,
    ["unet"] = UNetBenchmark.Run,
    ["start"] = ColdStartBenchmark.Run,
};

if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"benchmark: got \"{unknown}\"; takes {string.Join(", ", benchmarks.Keys)}, or nothing for all");
    return 2;
}

foreach (string name in args is [] ? [.. benchmarks.Keys] : args)
{
    benchmarks[name]();
}

return 0;
