using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>.NET Interactive's tool, spoken to over its standard streams: commands in, events out, a JSON object a line.</summary>
internal sealed partial class InteractiveProcess(InteractiveTool tool, string folder)
    : EngineProcess(() => tool.Start("stdio", "--working-dir", folder))
{
    // The tool alone would outlive this process in a cell that never ends, and a cell that reads would take its next commands.
    private static readonly string BeforeTheCells = $$"""
        {
            System.Console.SetIn(System.IO.TextReader.Null);
            var runner = System.Diagnostics.Process.GetProcessById({{Environment.ProcessId}});
            void EndWithIt() { runner.WaitForExit(); System.Diagnostics.Process.GetCurrentProcess().Kill(); }
            new System.Threading.Thread(EndWithIt) { IsBackground = true }.Start();
        }
        """;

    public override async IAsyncEnumerable<JsonObject> ExecuteAsync(IEnumerable<NotebookCell> cells)
    {
        var ended = Process.WaitForExitAsync();
        await SubmitAsync("", Languages.CSharp, BeforeTheCells).ConfigureAwait(false);
        // Each command is waited for: the tool would begin the next one before it has ended.
        while (await NextAsync(ended).ConfigureAwait(false) is { } e && !Ends(e, ""))
        {
        }

        foreach (var cell in cells)
        {
            yield return new JsonObject { ["event"] = "start", ["cell"] = cell.Number };
            var token = $"cell {cell.Number}";
            // JavaScript runs where the page is shown; the tool's own Javascript(…) writes it so.
            await (cell.Language == "javascript"
                ? SubmitAsync(token, "html", $"<script type=\"text/javascript\">{Directive().Replace(cell.Source, "")}</script>")
                : SubmitAsync(token, cell.Language, cell.Source)).ConfigureAwait(false);
            var errors = new InteractiveErrors(cell);
            JsonObject? e;
            do
            {
                e = await NextAsync(ended).ConfigureAwait(false);
                if (e is null)
                {
                    yield break;
                }

                errors.Note(e);
                if (Message(e) is { } message)
                {
                    yield return message;
                }
            }
            while (!Ends(e, token));
            var failure = errors.ToEvent();
            if (failure is not null)
            {
                yield return failure;
            }

            yield return new JsonObject { ["event"] = "end", ["cell"] = cell.Number };
            if (failure is not null && !cell.MayFail)
            {
                break;
            }
        }

        yield return new JsonObject { ["event"] = "done" };
        await SendAsync(new JsonObject { ["commandType"] = "Quit", ["command"] = new JsonObject() }).ConfigureAwait(false);
    }

    private static bool Ends(JsonObject e, string token) =>
        JsonText.At(e, "command", "token") == token && JsonText.At(e, "eventType") is "CommandSucceeded" or "CommandFailed";

    // As OutputRecorder takes it.
    private static JsonObject? Message(JsonObject e)
    {
        var name = JsonText.At(e, "eventType") switch
        {
            "StandardOutputValueProduced" => "stdout",
            "StandardErrorValueProduced" => "stderr",
            "DisplayedValueProduced" => "display",
            "DisplayedValueUpdated" => "update",
            "ReturnValueProduced" => "result",
            _ => null,
        };
        if (name is null)
        {
            return null;
        }

        var values = e["event"]!["formattedValues"]!.AsArray()
            .Select(value => (Type: JsonText.At(value, "mimeType")!, Text: JsonText.At(value, "value")));
        return name is "stdout" or "stderr"
            ? new JsonObject { ["event"] = "stream", ["name"] = name, ["text"] = string.Concat(values.Select(value => value.Text)) }
            : new JsonObject
            {
                ["event"] = name,
                ["id"] = JsonText.At(e, "event", "valueId") ?? "",
                ["data"] = new JsonObject(values.Select(value => KeyValuePair.Create(value.Type, (JsonNode?)value.Text))),
            };
    }

    private Task SubmitAsync(string token, string kernel, string code) => SendAsync(new JsonObject
    {
        ["token"] = token,
        ["commandType"] = "SubmitCode",
        ["command"] = new JsonObject { ["code"] = code, ["targetKernelName"] = kernel },
    });

    private async Task<JsonObject?> NextAsync(Task ended)
    {
        while (await ReadAsync(Process.StandardOutput, ended).ConfigureAwait(false) is { } line)
        {
            // What native code prints goes the same way, also before an event in its line.
            var begin = Math.Max(line.IndexOf("{\"event\":", StringComparison.Ordinal), 0);
            if (Parse(line[begin..]) is { } e && e.ContainsKey("event"))
            {
                return e;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\A\s*#!.*")]
    private static partial Regex Directive();
}
