using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public class TraceRequestTests
{
    private const string Valid = """
        {"schedule":"linear","T":100,"stride":"uniform3","method":"ddim","eta":0.5,"variance":"small","clip":null,
         "mixture":{"weights":[0.5,0.5],"means":[[1,0],[-1,0]],"stds":[0.2,0.3]},
         "start":[[0.1,0.2]],"noise":[[[0,0]],[[0,0]],[[0,0]]],"seed":1}
        """;

    [Fact]
    public void A_valid_request_is_read_as_it_was_written()
    {
        TraceRequest request = TraceRequest.Parse(Valid);
        Assert.Equal(("linear", 100), (request.Sampler.Schedule.Name, request.Sampler.Schedule.T));
        Assert.Equal(Stride.Uniform(3).Timesteps(100), request.Sampler.Timesteps);
        Assert.Equal(new SamplingEquationRule(0.5), request.Sampler.Rule);
        Assert.Equal(Clipping.None, request.Sampler.Clipping);
        Assert.Equal((2, 2), (request.Mixture.Count, request.Mixture.Dimensions));
        Assert.Equal([[0.1, 0.2]], request.Start);
        Assert.Equal(3, request.Noise!.Length);
    }

    [Fact]
    public void What_may_be_left_out_may_be_left_out()
    {
        string[] optional = ["stride", "eta", "variance", "clip", "noise", "seed"];
        TraceRequest request = TraceRequest.Parse(optional.Aggregate(Valid, Without));
        Assert.Equal(100, request.Sampler.Timesteps.Count);
        Assert.Equal(new SamplingEquationRule(0), request.Sampler.Rule);
        Assert.Null(request.Noise);
        Assert.Equal(1, request.Seed);
    }

    [Theory]
    [InlineData("ddim", "ddim:0.5")]
    [InlineData("ddpm", "ddpm")]
    [InlineData("standard", "standard")]
    [InlineData("closed", "closed")]
    public void Every_method_is_its_rule(string method, string rule) =>
        Assert.Equal(StepRule.Parse(rule), TraceRequest.Parse(With("eta", "0.5", With("method", $"\"{method}\""))).Sampler.Rule);

    [Fact]
    public void Variance_and_clip_are_read()
    {
        string large = With("variance", "\"large\"", With("method", "\"ddpm\""));
        Assert.Equal(new AncestralRule(ReverseVariance.Large), TraceRequest.Parse(large).Sampler.Rule);
        Assert.Equal(Clipping.Of(1.5), TraceRequest.Parse(With("clip", "1.5")).Sampler.Clipping);
    }

    [Theory]
    [InlineData("schedule")]
    [InlineData("T")]
    [InlineData("method")]
    [InlineData("mixture")]
    [InlineData("mixture.weights")]
    [InlineData("mixture.means")]
    [InlineData("mixture.stds")]
    [InlineData("start")]
    public void A_missing_field_is_named(string path) =>
        Refused.With(path, "nothing", "required", () => TraceRequest.Parse(Without(Valid, path)));

    [Theory]
    [InlineData("temperature", "an unknown field", "schedule, T, stride, method")]
    [InlineData("t", "an unknown field", "schedule, T, stride, method")]
    [InlineData("mixture.scale", "an unknown field", "weights, means, stds")]
    public void An_unknown_field_is_named(string path, string got, string takes) =>
        Refused.With(path, got, takes, () => TraceRequest.Parse(With(path, "1")));

    [Theory]
    [InlineData("schedule", "\"quartic\"", "\"quartic\"", "linear, cosine, offset-cosine")]
    [InlineData("schedule", "\"Linear\"", "\"Linear\"", "linear, cosine, offset-cosine")]
    [InlineData("method", "\"euler\"", "\"euler\"", "ddim, ddpm, standard, closed")]
    [InlineData("variance", "\"medium\"", "\"medium\"", "small or large")]
    [InlineData("stride", "\"every5\"", "\"every5\"", "uniform50")]
    public void An_unknown_name_is_told_the_known_ones(string path, string json, string got, string takes) =>
        Refused.With(path, got, takes, () => TraceRequest.Parse(With(path, json)));

    [Theory]
    [InlineData("stride", "\"\"", "\"\"", "uniform50")]
    [InlineData("stride", "\"0\"", "0 timesteps", "at least one timestep")]
    [InlineData("stride", "\"custom:\"", "\"custom:\"", "rising timesteps")]
    [InlineData("stride", "\"101\"", "101 timesteps in section 1", "100 timesteps")]
    [InlineData("stride", "\"10,60\"", "60 timesteps in section 2", "50 timesteps")]
    [InlineData("stride", "\"uniform101\"", "uniform101", "T = 100")]
    [InlineData("stride", "\"ddim70\"", "\"ddim70\"", "whole spacing")]
    [InlineData("stride", "\"custom:3,2\"", "timestep 2 at place 2", "strictly increasing")]
    [InlineData("stride", "\"custom:5,5\"", "timestep 5 at place 2", "strictly increasing")]
    [InlineData("stride", "\"custom:1,101\"", "timestep 101 at place 2", "T = 100")]
    public void An_empty_or_impossible_stride_is_refused(string path, string json, string got, string takes) =>
        Refused.With(path, got, takes, () => TraceRequest.Parse(With(path, json)));

    [Theory]
    [InlineData("eta", "1.5", "1.5", "[0, 1]")]
    [InlineData("eta", "-0.1", "-0.1", "[0, 1]")]
    [InlineData("clip", "0", "0", "positive")]
    [InlineData("clip", "-1", "-1", "positive")]
    [InlineData("T", "0", "0", "more than 20")]
    [InlineData("T", "20", "20", "more than 20")]
    [InlineData("T", "2000000000", "2000000000", "at most 1000000")]
    [InlineData("mixture.weights", "[0.5,-1]", "-1 at place 2", "positive")]
    [InlineData("mixture.weights", "[0.5,0]", "0 at place 2", "positive")]
    [InlineData("mixture.stds", "[0.2,-0.1]", "-0.1 at place 2", "at least 0")]
    [InlineData("start", "[[1e999,0]]", "1e999", "finite")]
    public void A_number_out_of_its_range_is_refused(string path, string json, string got, string takes) =>
        Refused.With(path, got, takes, () => TraceRequest.Parse(With(path, json)));

    [Fact]
    public void A_schedule_that_can_be_short_takes_one_timestep_at_least() =>
        Refused.With("T", "0", "at least 1", () => TraceRequest.Parse(With("T", "0", With("schedule", "\"cosine\""))));

    [Theory]
    [InlineData("mixture.weights", "[]", "mixture.weights", "none", "at least one")]
    [InlineData("mixture.weights", "[1]", "mixture.means", "2 means", "1 weights")]
    [InlineData("mixture.means", "[[1,0]]", "mixture.means", "1 means", "2 weights")]
    [InlineData("mixture.means", "[[1,0],[1]]", "mixture.means", "1 coordinates at place 2", "2")]
    [InlineData("mixture.means", "[[],[]]", "mixture.means", "without coordinates", "at least one")]
    [InlineData("mixture.stds", "[0.2]", "mixture.stds", "1 stds", "2 weights")]
    [InlineData("start", "[]", "start", "0 rows", "at least one row")]
    [InlineData("start", "[[1]]", "start", "1 numbers in row 1", "2")]
    [InlineData("start", "[[1,2],[1,2,3]]", "start", "3 numbers in row 2", "2")]
    [InlineData("noise", "[]", "noise", "0 steps", "3 steps")]
    [InlineData("noise", "[[[0,0]],[[0,0]]]", "noise", "2 steps", "3 steps")]
    [InlineData("noise", "[[[0,0]],[[0,0]],[[0,0]],[[0,0]]]", "noise", "4 steps", "3 steps")]
    [InlineData("noise", "[[[0,0]],[[0,0],[0,0]],[[0,0]]]", "noise[1]", "2 rows", "1 rows")]
    [InlineData("noise", "[[[0,0]],[[0,0]],[[0]]]", "noise[2]", "1 numbers in row 1", "2")]
    public void Shapes_that_do_not_agree_are_refused(string path, string json, string field, string got, string takes) =>
        Refused.With(field, got, takes, () => TraceRequest.Parse(With(path, json)));

    [Theory]
    [InlineData("schedule", "5", "5", "a text")]
    [InlineData("schedule", "null", "null", "a text")]
    [InlineData("T", "\"100\"", "\"100\"", "a whole number")]
    [InlineData("T", "100.5", "100.5", "a whole number")]
    [InlineData("stride", "7", "7", "a text")]
    [InlineData("stride", "[10,15]", "an array", "a text")]
    [InlineData("method", "true", "true", "a text")]
    [InlineData("eta", "\"half\"", "\"half\"", "a finite number")]
    [InlineData("variance", "1", "1", "a text")]
    [InlineData("clip", "\"1\"", "\"1\"", "a finite number")]
    [InlineData("mixture", "3", "3", "an object")]
    [InlineData("mixture.weights", "1", "1", "an array")]
    [InlineData("mixture.weights", "[0.5,\"x\"]", "\"x\"", "a finite number")]
    [InlineData("mixture.means", "[1,2]", "1", "an array")]
    [InlineData("mixture.stds", "{}", "an object", "an array")]
    [InlineData("start", "[1,2]", "1", "an array")]
    [InlineData("start", "[[1,null]]", "null", "a finite number")]
    [InlineData("noise", "1", "1", "an array")]
    [InlineData("seed", "1.5", "1.5", "a whole number")]
    public void A_value_of_the_wrong_type_is_refused(string path, string json, string got, string takes) =>
        Refused.With(path, got, takes, () => TraceRequest.Parse(With(path, json)));

    [Fact]
    public void A_value_of_the_wrong_type_inside_the_noise_names_its_step() =>
        Refused.With("noise[1]", "\"z\"", "a finite number", () => TraceRequest.Parse(With("noise", "[[[0,0]],[[\"z\",0]],[[0,0]]]")));

    [Theory]
    [InlineData("ddpm")]
    [InlineData("standard")]
    public void An_eta_out_of_range_is_refused_even_where_the_method_does_not_use_it(string method) =>
        Refused.With("eta", "7", "[0, 1]", () => TraceRequest.Parse(With("eta", "7", With("method", $"\"{method}\""))));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("schedule: linear")]
    [InlineData("{\"schedule\":\"linear\",}")]
    [InlineData("{\"schedule\":\"linear\"} {}")]
    public void Text_that_is_not_json_is_refused(string text) =>
        Refused.With("input", "text that is not JSON", "a JSON object", () => TraceRequest.Parse(text));

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("3", "3")]
    [InlineData("null", "null")]
    public void Json_that_is_no_object_is_refused(string text, string got) =>
        Refused.With("input", got, "a JSON object", () => TraceRequest.Parse(text));

    [Fact]
    public void Texts_with_line_breaks_or_half_characters_are_refused_in_one_line()
    {
        Refused.With("method", "\"a b\"", "ddim", () => TraceRequest.Parse(With("method", "\"a\\nb\"")));
        Refused.With("method", "half", "whole Unicode", () => Replaced("\"ddim\"", "\"\\ud800\""));
        Refused.With("input", "half", "whole Unicode", () => Replaced("\"eta\"", "\"\\udc00\""));

        static void Replaced(string text, string by) => TraceRequest.Parse(Valid.Replace(text, by, StringComparison.Ordinal));
    }

    private static string With(string path, string json, string request = Valid)
    {
        JsonObject root = JsonNode.Parse(request)!.AsObject();
        Parent(root, path)[path.Split('.')[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    private static string Without(string request, string path)
    {
        JsonObject root = JsonNode.Parse(request)!.AsObject();
        Assert.True(Parent(root, path).Remove(path.Split('.')[^1]));
        return root.ToJsonString();
    }

    private static JsonObject Parent(JsonObject root, string path) =>
        path.Contains('.', StringComparison.Ordinal) ? root[path.Split('.')[0]]!.AsObject() : root;
}
