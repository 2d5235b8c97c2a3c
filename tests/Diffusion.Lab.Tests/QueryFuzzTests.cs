using Microsoft.AspNetCore.WebUtilities;
using Diffusion.Tests;

namespace Diffusion.Lab.Tests;

/// <summary>Whatever an address says: a choice or one line. The environment variable FUZZ=100 tries a hundred times as many.</summary>
public class QueryFuzzTests
{
    [Fact]
    public void Choices_and_searches_are_read_or_refused()
    {
        var subjects = new Subjects(checkpoint: null);
        string[] right =
        [
            "schedule=linear&T=100&stride=quadratic5&rule=ddim&eta=0.5&clip=auto&data=three-modes&count=200&seed=3&follow=0,5,7",
            "schedule=logsnr:9,2,-9&T=50&stride=custom:1,25,50&rule=dpm%2B%2B2m&clip=2&modes=-1:0:0.2:1;1:0.5:0.3:2&count=100",
            "schedule=cosine&T=200&stride=karras5:3&data=digits&class=3&guidance=2&count=4&objective=outcome&k=6",
            "data=swiss-roll&stride=trailing4&rule=ddpm:large&clip=none&objective=likelihood",
        ];
        Fuzz.Texts<InvalidInputException>(10_000, right, query =>
        {
            var pairs = QueryHelpers.ParseQuery(query);
            var text = new ChoiceText(key => pairs.TryGetValue(key, out var values) && values is [.., { } value] ? value : null);
            Choice choice = Choice.Parse(text, subjects);
            Assert.True(choice.Key.Length > 0 && choice.Sampler.Timesteps.Count <= Limits.Steps);
            _ = LabChoices.Describe(choice);
            _ = Search.Parse(text, choice);
        });
    }
}
