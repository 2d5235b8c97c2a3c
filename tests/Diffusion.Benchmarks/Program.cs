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

// These run as long as they are told, or start many processes, and so not among all.
if (args is ["interrupts"])
{
    InterruptsBenchmark.Run();
    return 0;
}

if (args is ["lab-soak" or "soak" or "kills", var number])
{
    if (!int.TryParse(number, out int wanted) || wanted < 1)
    {
        Console.Error.WriteLine($"{args[0]}: got \"{number}\"; takes how many {(args[0] == "kills" ? "kills" : "minutes")}");
        return 2;
    }

    switch (args[0])
    {
        case "kills":
            return KillsBenchmark.Run(wanted) ? 0 : 1;
        case "soak":
            SoakBenchmark.Run(wanted);
            return 0;
        default:
            LabBenchmark.Soak(wanted);
            return 0;
    }
}

if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"benchmark: got \"{unknown}\"; takes {string.Join(", ", benchmarks.Keys)}, interrupts, kills with a number, "
        + "soak or lab-soak with minutes, or nothing for all");
    return 2;
}

foreach (string name in args is [] ? [.. benchmarks.Keys] : args)
{
    benchmarks[name]();
}

return 0;
