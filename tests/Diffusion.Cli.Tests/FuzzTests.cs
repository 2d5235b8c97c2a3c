using System.Text;
using Diffusion.Notebooks;

namespace Diffusion.Cli.Tests;

/// <summary>
/// Whatever a reader writes into an option or a file: a result or one line. FUZZ=100 in the environment tries a hundred times as many.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const string Mixture = """{"weights":[0.5,0.25,1e-3],"means":[[1,-2.5],[0,0],[3e1,4]],"stds":[0.2,1,0.05]}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Strides_are_read_back_as_they_are_written_or_refused()
    {
        var schedule = NoiseSchedule.Cosine(50);
        string[] right =
        [
            "full", "5,5,10", "0-20:5,20-50:10", "custom:1,25,50", "uniform5", "ddim10", "quadratic5", "trailing7", "leading5",
            "linspace5", "logsnr6", "karras5", "karras10:3.5", " 4, 5 ", "custom:1, 2", "50",
        ];
        Fuzz.Texts<InvalidInputException>(20_000, right, text =>
        {
            var stride = Stride.Parse(text);
            Assert.Equal(stride, Stride.Parse($"{stride}"));
            IReadOnlyList<int> timesteps = stride.Timesteps(schedule);
            Assert.True(timesteps.Count is >= 1 and <= 50);
        });
    }

    [Fact]
    public void Families_of_strides_are_read_back_as_they_are_written_or_refused()
    {
        string[] right =
        [
            "full", "uniform", "ddim", "quadratic", "trailing", "leading", "linspace", "logsnr", "karras", "karras:7", "likelihood",
            "outcome-free",
        ];
        Fuzz.Texts<InvalidInputException>(8_000, right, text =>
        {
            var family = StrideFamily.Parse(text);
            Assert.Equal(family, StrideFamily.Parse($"{family}"));
            _ = family.Objective is null ? family.WithCount(5).Timesteps(NoiseSchedule.Cosine(10)) : null;
        });
    }

    [Fact]
    public void Schedules_are_read_back_as_they_are_written_or_refused()
    {
        string[] right =
        [
            .. NoiseSchedule.Names, "cosine-zero-snr", "linear:0.0001:0.02", "linear,0.001,0.01", "logsnr:9,2,-9", "logsnr:8,-8",
            "scaled-linear-zero-snr", "logsnr:9.5,4,1e-3,-9",
        ];
        Fuzz.Texts<InvalidInputException>(12_000, right, text =>
        {
            var schedule = NoiseSchedule.Parse(text, 40);
            Assert.Equal(schedule.AlphaBar(40), NoiseSchedule.Parse(schedule.Name, 40).AlphaBar(40));
            Assert.All(Enumerable.Range(1, 40), t => Assert.True(schedule.AlphaBar(t) < schedule.AlphaBar(t - 1)));
        });
    }

    [Fact]
    public void Step_rules_are_read_back_as_they_are_written_or_refused()
    {
        string[] right =
        [
            "ddim", "ddim:0.5", "ddpm", "ddpm:small", "ddpm:large", "ddpm:0.25", "standard", "closed", "heun", "dpm++2m", " ddim:1e-3 ",
        ];
        Fuzz.Texts<InvalidInputException>(8_000, right, text =>
        {
            var rule = StepRule.Parse(text);
            Assert.Equal(rule, StepRule.Parse($"{rule}"));
        });
    }

    [Fact]
    public void Distributions_of_noise_levels_are_read_back_as_they_are_written_or_refused()
    {
        string[] right = ["cosine", "cosine-1.5", "cosine+2", "cosine0.25", "uniform:-8:8", "uniform:-1e-1:11"];
        Fuzz.Texts<InvalidInputException>(6_000, right, text =>
        {
            var levels = NoiseLevelDistribution.Parse(text);
            Assert.Equal(levels, NoiseLevelDistribution.Parse($"{levels}"));
            Assert.True(levels.Level(0.5).LogSnr is >= -12.001 and <= 12.001);
        });
    }

    [Fact]
    public void Lists_of_whole_numbers_are_read_or_refused() =>
        Fuzz.Texts<InvalidInputException>(4_000, ["5,10,20", "7", " 1 , 2 "], text =>
            Assert.All(IntList.Parse("--calls", text), number => Assert.True(number >= 0)));

    [Fact]
    public void Mixtures_are_read_back_as_they_are_written_or_refused() => Fuzz.Texts<InvalidInputException>(8_000, [Mixture], text =>
    {
        GaussianMixture mixture = MixtureJson.Parse(text);
        Assert.Equal(mixture.Means, MixtureJson.Parse(MixtureJson.Write(mixture)).Means);
    });

    [Fact]
    public void Traces_are_read_or_refused()
    {
        const string Rest = $$"""
            "mixture":{{Mixture}},"start":[[0.5,-1],[2,1e-2]]
            """;
        string[] right =
        [
            $$"""{"schedule":"linear","T":30,"stride":"5,5","method":"ddim","eta":0.5,"variance":"small","clip":null,"seed":3,{{Rest}}}""",
            $$"""{"schedule":"cosine","T":2,"method":"ddpm","variance":"large","clip":2,{{Rest}},"noise":[[[1,2],[3,4]],[[0,0],[0,1]]]}""",
            $$"""{ "schedule" : "logsnr:9,-9", "T" : 12, "stride" : "karras4", "method" : "dpm++2m", {{Rest}} }""",
        ];
        Fuzz.Texts<InvalidInputException>(8_000, right, text =>
        {
            TraceRequest request = TraceRequest.Parse(text);
            Assert.True(request.Start.Length > 0 && request.Sampler.Timesteps.Count > 0);
        });
    }

    [Fact]
    public void Plans_and_results_of_a_comparison_are_read_or_refused()
    {
        using var benchmark = new MixtureBenchmark(GaussianMixture.ThreeModes);
        var plan = new ComparisonPlan(
            benchmark.Description, ["cosine"], 12, [StrideFamily.Parse("trailing"), StrideFamily.Parse("karras:5")],
            [StepRule.Parse("ddim"), StepRule.Parse("heun")], [3], Samples: 10, Seeds: 2, SearchSeed: 0);
        var comparison = Comparison.Open(plan, folder.Path);
        comparison.Run(benchmark, cancellation: TestContext.Current.CancellationToken);

        Fuzz.Texts<InvalidInputException>(4_000, [plan.ToJson()], text => ComparisonPlan.Parse(text).ToJson());
        foreach (string path in new[] { folder.File("floor.json"), Path.Combine(folder.Path, "cells", "00001.json") })
        {
            string whole = File.ReadAllText(path);
            Fuzz.Texts<InvalidInputException>(1_500, [whole], text =>
            {
                File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
                _ = comparison.Read().ToCsv();
            });
            File.WriteAllText(path, whole);
        }
    }

    [Fact]
    public void Labels_and_pictures_of_IDX_files_are_read_or_refused()
    {
        byte[] pictures = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 4, .. Enumerable.Range(0, 48).Select(i => (byte)(5 * i))];
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 7], table = [0, 0, 12, 2, 0, 0, 0, 3, 0, 0, 0, 2, .. new byte[24]];
        string[] files = [folder.File("pictures"), folder.File("labels")];
        File.WriteAllBytes(files[0], pictures);
        Read(files[1], 5_000, labels, table);
        File.WriteAllBytes(files[1], labels);
        Read(files[0], 3_000, pictures);

        void Read(string damaged, int cases, params byte[][] right) => Fuzz.Files<InvalidInputException>(cases, right, file =>
        {
            File.WriteAllBytes(damaged, file);
            using DataSet data = DataSet.Open($"idx:{files[0]},{files[1]}");
            Assert.Equal(data.Count, data.Labels!.shape[0]);
        });
    }

    [Fact]
    public void Notebooks_are_read_and_saved_or_refused()
    {
        const string Whole = """
            {"nbformat":4,"nbformat_minor":2,"metadata":{"kernelspec":{"language":"C#","name":".net-csharp"}},"cells":[
             {"cell_type":"markdown","id":"a","metadata":{},"source":["# T $x_t$\n","text"]},
             {"cell_type":"code","execution_count":1,"metadata":{"tags":["parameters"]},"source":"int T = 3;","outputs":[
              {"output_type":"execute_result","execution_count":1,"metadata":{},"data":{"text/plain":"\ud83d\ude00 3"}}]}]}
            """;
        const string Dib = """
            #!meta

            {"kernelInfo":{"defaultKernelName":"csharp","items":[]}}

            #!markdown

            # T

            #!csharp

            1 + 1

            #!fsharp

            2
            """;
        Read("n.ipynb", 6_000, Whole);
        Read("n.dib", 6_000, Dib);

        void Read(string name, int cases, string right) => Fuzz.Texts<NotebookFormatException>(cases, [right], text =>
        {
            string path = folder.File(name), saved = folder.File("saved.ipynb");
            File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
            var notebook = Notebook.Load(path);
            _ = (notebook.Title, notebook.Cells.Count(cell => cell.IsExecutable));
            notebook.Save(saved);
            Assert.Equal(notebook.Cells.Select(cell => cell.Source), Notebook.Load(saved).Cells.Select(cell => cell.Source));
        });
    }

    [Fact]
    public void Parameters_of_a_notebook_are_declared_or_refused()
    {
        const string Declarations =
            "int T = 1000; var eta = 0.5; string stride = null; float f = 1; decimal m = 1; bool? flag = null; var list = new int[3];";
        string path = folder.File("p.ipynb");
        File.WriteAllText(path, $$"""
            {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[
             {"cell_type":"code","id":"a","execution_count":null,"metadata":{"tags":["parameters"]},"outputs":[],
              "source":"{{Declarations}}"}]}
            """);
        string[] right =
        [
            "T=10", "T=-1", "eta=1e-3", "stride=10,15,20", "stride=\"quoted\"", "f=0.25", "m=1", "flag=true", "flag=null", "list=3 + 4",
        ];
        var notebook = Notebook.Load(path);
        Fuzz.Texts<NotebookFormatException>(6_000, right, text =>
        {
            string[] pair = text.Split('=', 2);
            if (NotebookParameters.IsName(pair[0]))
            {
                NotebookParameters.Inject(notebook, [KeyValuePair.Create(pair[0], pair[^1])]);
                Assert.Equal(2, notebook.Cells.Count);
                Assert.StartsWith("// Parameters\n", notebook.Cells[1].Source, StringComparison.Ordinal);
            }
        });
    }
}
