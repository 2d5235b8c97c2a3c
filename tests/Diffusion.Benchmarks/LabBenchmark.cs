using System.Diagnostics;
using System.Globalization;
using Diffusion.Lab;
using Diffusion.Tests;
using Microsoft.Playwright;
using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>The laboratory as its browser sees it: the time from a drag to the new picture, and an hour of dragging.</summary>
internal static class LabBenchmark
{
    private const string Marks = ".marks [role=slider]", Knots = ".knots [role=slider]";

    /// <summary>From the time stamp of a pointer's move to the end of the frame in which the picture that follows from it is painted.</summary>
    private const string Watch = """
        window.shown = [];
        let moved = null;
        addEventListener("pointermove", event => { if (event.buttons) moved = event.timeStamp; }, true);
        addEventListener("DOMContentLoaded", () => {
          const plot = document.querySelector("#plot-b");
          new MutationObserver(() => {
            if (moved === null || plot.getAttribute("aria-busy") === "true") return;
            const since = moved;
            moved = null;
            requestAnimationFrame(() => setTimeout(() => shown.push(performance.now() - since)));
          }).observe(plot, { attributeFilter: ["aria-busy"] });
        });
        """;

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Drags at random for so many minutes, and prints each minute what the process holds.</summary>
    public static void Soak(int minutes) => SoakAsync(TimeSpan.FromMinutes(minutes)).GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        (string What, string State, string Handles, int Moves)[] drags =
        [
            ("2000 points, K = 10, by mark", "stride=trailing10", Marks, 200),
            ("2000 points, K = 10, by knot", "stride=trailing10", Knots, 200),
            ("2000 points, K = 10, by mark, beside A", "stride=trailing10&a.stride=quadratic10", Marks, 200),
            ("16 digits, K = 10, by mark", "data=digits&schedule=cosine&stride=trailing10", Marks, 40),
        ];
        await using LabServer server = await LabServer.StartAsync(checkpoint: null, port: 0);
        await using Chromium browser = await Chromium.StartAsync() ?? throw new InvalidOperationException("No Chromium is on the path.");
        var rows = new List<string[]>();
        foreach (var (what, state, handles, moves) in drags)
        {
            double[] times = await DragAsync(await OpenAsync(browser, server, state), handles, moves);
            Array.Sort(times);
            rows.Add([what, $"{times.Length}", $"{times[times.Length / 2]:F0}", $"{times[(int)(0.95 * times.Length)]:F0}", $"{times[^1]:F0}"]);
        }

        Table.Print($"From a drag to the new picture, ms, {Environment.ProcessorCount} processors", ["what", "moves", "median", "95 %", "most"], rows);
    }

    private static async Task<IPage> OpenAsync(Chromium browser, LabServer server, string state)
    {
        IPage page = await browser.OpenAsync(width: 1400, dark: false);
        page.SetDefaultTimeout(300_000); // A busy machine is slow, and not at fault.
        await page.AddInitScriptAsync(Watch);
        await page.GotoAsync($"{server.Address}#{state}");
        await page.WaitForFunctionAsync("() => document.querySelector('#verdict').getAttribute('aria-busy') === 'false'");
        return page;
    }

    /// <summary>Moves a handle in the middle to and fro, again soon after each picture: the distance is then still in work.</summary>
    private static async Task<double[]> DragAsync(IPage page, string handles, int moves)
    {
        const int Warmup = 10;
        var (x, y) = await MiddleAsync(page.Locator(handles).Nth(5));
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        for (int move = 1; move <= Warmup + moves; move++)
        {
            float by = (move % 2 == 0 ? 1 : -1) * (5 + move % 7);
            await page.Mouse.MoveAsync(handles == Marks ? x + by : x, handles == Marks ? y : y + by);
            await page.WaitForFunctionAsync("count => shown.length >= count", move);
            await Task.Delay(30 + 17 * move % 90);
        }

        await page.Mouse.UpAsync();
        double[] times = await page.EvaluateAsync<double[]>("shown");
        await page.Context.DisposeAsync();
        return times[Warmup..];
    }

    private static async Task SoakAsync(TimeSpan length)
    {
        await using LabServer server = await LabServer.StartAsync(checkpoint: null, port: 0);
        await using Chromium browser = await Chromium.StartAsync() ?? throw new InvalidOperationException("No Chromium is on the path.");
        string[] states =
        [
            "stride=trailing5&a.stride=quadratic5&view=logSnr", "data=swiss-roll&stride=karras12", "data=digits&count=4&schedule=cosine&stride=trailing4",
            "stride=trailing10&eta=1&a.stride=trailing10", "data=grid25&stride=uniform15&rule=dpm%2B%2B2m",
        ];
        var random = new Random(1);
        var clock = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        int minute = 0, drags = 0;
        Console.WriteLine("minute  drags  working set, MB  of it managed, MB  live tensors  line of fault");
        while (clock.Elapsed < length)
        {
            IPage page = await OpenAsync(browser, server, states[random.Next(states.Length)]);
            string errors = "";
            page.PageError += (_, error) => errors += error;
            TimeSpan until = clock.Elapsed + TimeSpan.FromSeconds(20);
            while (clock.Elapsed < until && clock.Elapsed < length)
            {
                ILocator handles = page.Locator("#curve [role=slider], .modes [role=button]");
                var (x, y) = await MiddleAsync(handles.Nth(random.Next(await handles.CountAsync())));
                await page.Mouse.MoveAsync(x, y);
                await page.Mouse.DownAsync();
                await page.Mouse.MoveAsync(x + random.Next(-60, 60), y + random.Next(-60, 60), new() { Steps = random.Next(2, 20) });
                await page.Mouse.UpAsync();
                await Task.Delay(random.Next(300));
                drags++;
            }

            await page.WaitForFunctionAsync("""
                () => document.querySelector("#verdict").getAttribute("aria-busy") === "false" || document.querySelector("#fault").textContent
                """);
            errors += await page.Locator("#fault").TextContentAsync();
            await page.Context.DisposeAsync();
            if (errors.Length > 0 || clock.Elapsed.TotalMinutes >= minute + 1 || clock.Elapsed >= length)
            {
                minute = (int)clock.Elapsed.TotalMinutes;
                process.Refresh();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{clock.Elapsed.TotalMinutes,6:F1}  {drags,5}  {process.WorkingSet64 / 1048576.0,15:F0}  {GC.GetGCMemoryInfo().TotalCommittedBytes / 1048576.0,17:F0}  {Tensor.TotalCount,12}  {errors}"));
            }
        }
    }

    private static async Task<(float X, float Y)> MiddleAsync(ILocator handle)
    {
        LocatorBoundingBoxResult box = (await handle.Locator(".handle").BoundingBoxAsync())!;
        return (box.X + box.Width / 2, box.Y + box.Height / 2);
    }
}
