using Diffusion.Tests;
using Microsoft.Playwright;

namespace Diffusion.Lab.Tests;

/// <summary>The page as a reader uses it: with a mouse, with keys alone, on a phone, and when the server is gone.</summary>
public sealed class PageTests(OpenedLab lab)
{
    private const string FiveMarks = "stride=custom:200,400,600,800,1000";

    private static readonly string[] States =
    [
        "", // the first experiment
        "stride=trailing5&a.stride=trailing5&view=logSnr&experiment=2",
        "stride=trailing10&eta=1&a.stride=trailing10&experiment=3",
        "data=swiss-roll&stride=karras10&view=sigma&follow=3&step=4&show=x0",
        "data=digits&schedule=cosine&stride=trailing4&a.schedule=cosine&a.stride=trailing2&count=4&follow=1&step=2",
    ];

    public static TheoryData<string, int, bool> Views { get; } =
        [.. from state in States from width in new[] { 400, 1400 } from dark in new[] { false, true } select (state, width, dark)];

    [Theory]
    [MemberData(nameof(Views))]
    public async Task The_page_is_whole_accessible_and_asks_only_its_server(string state, int width, bool dark)
    {
        IPage page = await lab.BlankAsync(width, dark);
        await using IBrowserContext context = page.Context;
        var faults = new List<string>();
        page.Console += (_, message) => faults.AddRange(message.Type is "error" or "warning" ? [$"console: {message.Text}"] : []);
        page.PageError += (_, error) => faults.Add($"error: {error}");
        page.Request += (_, request) => faults.AddRange(
            request.Url.StartsWith($"{lab.Address}", StringComparison.Ordinal) || request.Url.StartsWith("data:", StringComparison.Ordinal)
                ? [] : [$"request: {request.Url}"]);

        await page.GotoAsync($"{lab.Address}#{state}");
        await page.AnsweredAsync();

        await page.AssertFitsAsync();
        Assert.Equal("", await page.FaultAsync());
        Assert.True(await page.EvaluateAsync<bool>("""
            [...document.querySelectorAll("figure:not([hidden]) canvas")].every(canvas =>
              new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 20)
            """), "A plot is empty.");
        faults.AddRange(await page.SeriousFaultsAsync());
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_mark_is_dragged_added_and_removed()
    {
        IPage page = await lab.OpenAsync(FiveMarks);
        await using IBrowserContext context = page.Context;
        string before = await page.DistanceAsync();

        await page.DragAsync(page.Mark(2), -60, 0);

        string marks = await page.MarksAsync();
        int dragged = int.Parse(marks.Split(',')[1], Invariant);
        Assert.InRange(dragged, 240, 320);
        Assert.Equal($"200,{dragged},600,800,1000", marks);
        Assert.Equal($"#stride=custom:{marks}", new Uri(page.Url).Fragment);
        Assert.NotEqual(before, await page.DistanceAsync());

        await page.DragAsync(page.Mark(2), 900, 0);
        Assert.Equal("200,599,600,800,1000", await page.MarksAsync());

        ILocator track = page.Locator("#curve .track");
        LocatorBoundingBoxResult box = (await track.BoundingBoxAsync())!;
        await track.ClickAsync(new() { Position = new() { X = box.Width * 0.1f, Y = box.Height / 2 } });
        await page.AnsweredAsync();
        int[] six = [.. (await page.MarksAsync()).Split(',').Select(int.Parse)];
        Assert.Equal(6, six.Length);
        Assert.InRange(six[0], 70, 110);

        await page.Mark(1).DblClickAsync();
        await page.AnsweredAsync();
        Assert.Equal("200,599,600,800,1000", await page.MarksAsync());
    }

    [Fact]
    public async Task A_knot_bends_the_schedule_and_leaves_the_marks()
    {
        IPage page = await lab.OpenAsync(FiveMarks + "&view=logSnr");
        await using IBrowserContext context = page.Context;
        const string Curve = "document.querySelector('.curve.b').getAttribute('d')";
        string before = await page.EvaluateAsync<string>(Curve), distance = await page.DistanceAsync();
        ILocator knot = page.Locator(".knots [role=slider]").Nth(4); // at t = 400, where a mark stands
        double value = await ValueAsync(knot);

        await page.DragAsync(knot, 0, -40);

        Assert.True(await ValueAsync(knot) > value + 1);
        double[] schedule = [.. page.Key("schedule")["logsnr:".Length..].Split(',').Select(text => double.Parse(text, Invariant))];
        Assert.Equal(11, schedule.Length);
        Assert.Equal(await ValueAsync(knot), schedule[4], 0.01);
        Assert.All(schedule.Zip(schedule.Skip(1)), pair => Assert.True(pair.First > pair.Second));
        Assert.NotEqual(before, await page.EvaluateAsync<string>(Curve));
        Assert.NotEqual(distance, await page.DistanceAsync());
        Assert.Equal("200,400,600,800,1000", await page.MarksAsync());
    }

    [Theory]
    [InlineData("alphaBar", 300)]
    [InlineData("alphaBar", -300)]
    [InlineData("logSnr", 300)]
    [InlineData("logSnr", -300)]
    [InlineData("sigma", 300)]
    [InlineData("sigma", -300)]
    public async Task A_knot_dragged_past_the_plots_edge_stays_in_it(string view, int y)
    {
        IPage page = await lab.OpenAsync(view == "alphaBar" ? FiveMarks : $"{FiveMarks}&view={view}");
        await using IBrowserContext context = page.Context;

        await page.DragAsync(page.Locator(".knots [role=slider]").Nth(5), 0, y);

        Assert.Equal("", await page.FaultAsync());
        double[] schedule = [.. page.Key("schedule")["logsnr:".Length..].Split(',').Select(text => double.Parse(text, Invariant))];
        Assert.All(schedule, logSnr => Assert.InRange(logSnr, -14.001, 14.001));
        Assert.All(schedule.Zip(schedule.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public async Task A_mode_is_dragged_in_the_plot()
    {
        IPage page = await lab.OpenAsync(FiveMarks);
        await using IBrowserContext context = page.Context;

        await page.DragAsync(page.Locator("#plot-b .modes [role=button]").First, 30, 0);

        string[] modes = page.Key("modes").Split(';');
        Assert.Equal(3, modes.Length);
        Assert.InRange(double.Parse(modes[0].Split(':')[0], Invariant), 1.1, 1.6);
        Assert.Equal("-1:0:0.3:0.3", modes[1]);
    }

    [Fact]
    public async Task A_pinned_rival_stands_beside_and_the_difference_has_its_interval()
    {
        IPage page = await lab.OpenAsync("stride=trailing5");
        await using IBrowserContext context = page.Context;
        Assert.False(await page.Locator("#plot-a").IsVisibleAsync());

        await page.ClickAsync("#pin");
        await page.SelectOptionAsync("#family", "quadratic");
        await page.AnsweredAsync();

        Assert.Equal("#stride=quadratic5&a.stride=trailing5", new Uri(page.Url).Fragment);
        Assert.True(await page.Locator("#plot-a").IsVisibleAsync());
        Assert.Matches(@"^B is nearer by 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]\.$", await page.SentenceAsync());
        Assert.Equal(2, await page.Locator(".bar .number").CountAsync());

        await page.ClickAsync("#unpin");
        await page.AnsweredAsync();
        Assert.False(await page.Locator("#plot-a").IsVisibleAsync());
        Assert.DoesNotContain("a.", new Uri(page.Url).Fragment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_address_shows_the_same_state_and_the_same_numbers()
    {
        IPage page = await lab.OpenAsync("");
        await using IBrowserContext context = page.Context;
        await page.DragAsync(page.Mark(1), -70, 0);
        await page.DragAsync(page.Locator(".knots [role=slider]").Nth(3), 0, 12);
        await page.SelectOptionAsync("[data-key=rule]", "dpm++2m");
        await page.FillAsync("#follow", "7");
        await page.FillAsync("#step", "2");
        await page.CheckAsync("input[name=show][value=x0]", new() { Force = true });
        await page.AnsweredAsync();

        IPage other = await lab.OpenAsync(new Uri(page.Url).Fragment[1..]);
        await using IBrowserContext otherContext = other.Context;

        Assert.Equal(page.Url, other.Url);
        const string Shown = """
            ["#verdict", "#where", "#terms", "figcaption", "#take pre:first-of-type"].map(all => [...document.querySelectorAll(all)].map(one => one.textContent)).join("\n")
              + [...document.querySelectorAll("input, select")].map(one => `${one.id} ${one.value} ${one.checked}`).join("\n")
              + [...document.querySelectorAll("figure canvas")].map(one => one.toDataURL()).join("\n")
              + [...document.querySelectorAll("#curve [role=slider]")].map(one => one.getAttribute("transform")).join("\n")
            """;
        Assert.Equal(await page.EvaluateAsync<string>(Shown), await other.EvaluateAsync<string>(Shown));
    }

    [Fact]
    public async Task The_keyboard_alone_does_everything()
    {
        IPage page = await lab.OpenAsync("");
        await using IBrowserContext context = page.Context;

        await TabToAsync("""button[aria-pressed="false"]""");
        await page.Keyboard.PressAsync("Enter");
        await page.AnsweredAsync();
        Assert.Equal("2", page.Key("experiment"));

        await TabToAsync(".knots [role=slider]:nth-child(4)");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.AnsweredAsync();
        Assert.StartsWith("logsnr:", page.Key("schedule"), StringComparison.Ordinal);

        await TabToAsync(".marks [role=slider]:nth-child(2)");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        Assert.Equal("custom:200,391,600,800,1000", page.Key("stride"));
        await page.Keyboard.PressAsync("+");
        Assert.Equal("custom:200,391,496,600,800,1000", page.Key("stride"));
        await page.Keyboard.PressAsync("Delete");
        Assert.Equal("custom:200,496,600,800,1000", page.Key("stride"));
        Assert.Equal("Timestep 1 of 5", await page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label')"));

        await TabToAsync("[data-key=eta]");
        await page.Keyboard.PressAsync("ArrowRight");
        await TabToAsync("#plot-b .modes [role=button]:nth-child(2)");
        await page.Keyboard.PressAsync("ArrowUp");
        await TabToAsync("#step");
        await page.Keyboard.PressAsync("ArrowLeft");
        await TabToAsync("#pin");
        await page.Keyboard.PressAsync("Enter");
        await page.AnsweredAsync();

        Assert.Equal("0.05", page.Key("eta"));
        Assert.Equal("0.05", page.Key("a.eta"));
        Assert.Equal("4", page.Key("step"));
        Assert.Equal("-1:0.05:0.3:0.3", page.Key("modes").Split(';')[1]);
        Assert.StartsWith("Neither is nearer: B − A = 0.000", await page.SentenceAsync(), StringComparison.Ordinal);

        async Task TabToAsync(string selector)
        {
            for (int presses = 0; presses < 90; presses++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                {
                    return;
                }
            }

            Assert.Fail($"Tab does not lead to {selector}.");
        }
    }

    [Fact]
    public async Task What_the_library_refuses_stands_in_its_own_line_until_it_is_mended()
    {
        IPage page = await lab.OpenAsync("stride=trailing5");
        await using IBrowserContext context = page.Context;
        string line = Assert.Throws<InvalidInputException>(() => Stride.Parse("five")).Message;

        await page.FillAsync("[data-key=stride]", "five");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.querySelector('#fault').textContent");
        Assert.Equal(line, await page.FaultAsync());

        await page.FillAsync("[data-key=stride]", "trailing6");
        await page.Keyboard.PressAsync("Enter");
        await page.AnsweredAsync();
        Assert.Equal("", await page.FaultAsync());
    }

    [Fact]
    public async Task A_server_that_was_stopped_gets_one_clear_line()
    {
        LabServer server = await LabServer.StartAsync(checkpoint: null, port: 0);
        IPage page = await lab.BlankAsync();
        await using IBrowserContext context = page.Context;
        await page.GotoAsync($"{server.Address}#{FiveMarks}");
        await page.AnsweredAsync();

        await server.DisposeAsync();
        await page.Mark(1).PressAsync("ArrowRight");
        await page.WaitForFunctionAsync("() => document.querySelector('#fault').textContent");

        Assert.Equal("The laboratory's server does not answer. Start it again with: ddm lab", await page.FaultAsync());
        Assert.Equal("201,400,600,800,1000", await page.MarksAsync());
    }

    [Fact]
    public async Task The_best_stride_is_found_on_a_button()
    {
        IPage page = await lab.OpenAsync("stride=trailing4&T=50");
        await using IBrowserContext context = page.Context;

        await page.ClickAsync("#find");
        await page.WaitForFunctionAsync("() => location.hash.includes('custom:')", null, new() { Timeout = 120_000 });
        await page.AnsweredAsync();

        Assert.Equal(4, (await page.MarksAsync()).Split(',').Length);
        Assert.Equal("", await page.FaultAsync());
        Assert.Equal("Find the best stride", await page.InnerTextAsync("#find"));
    }

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static async Task<double> ValueAsync(ILocator slider) => double.Parse((await slider.GetAttributeAsync("aria-valuenow"))!, Invariant);
}
