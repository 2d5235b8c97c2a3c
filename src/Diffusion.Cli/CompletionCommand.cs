using System.CommandLine;

namespace Diffusion.Cli;

/// <summary><c>ddm completion</c>: what a shell has to know so that Tab completes verbs and options.</summary>
internal static class CompletionCommand
{
    // The shells ask the command itself: [suggest:place] "line" answers with one candidate a line.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # In ~/.bashrc: eval "$(ddm completion bash)"
            _ddm_complete() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(ddm "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _ddm_complete ddm
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(ddm completion zsh)"
            _ddm_complete() {
              local -a found
              found=("${(@f)$(ddm "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
              compadd -a found || _files
            }
            compdef _ddm_complete ddm
            """,
        ["pwsh"] = """
            # In $PROFILE: ddm completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName ddm -ScriptBlock {
              param($word, $line, $cursor)
              ddm "[suggest:$cursor]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    public static Command Create()
    {
        string shells = string.Join(", ", Scripts.Keys);
        var shell = new Argument<string>("shell") { Description = $"One of {shells}." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completion", "Prints what a shell runs at its start to complete verbs and options with Tab.") { shell };
        command.SetAction(parsed => Refusal.Of(() =>
        {
            string name = parsed.GetRequiredValue(shell);
            Console.WriteLine(Scripts.GetValueOrDefault(name) ?? throw new InvalidInputException("shell", $"\"{name}\"", shells));
            return 0;
        }));
        return command;
    }
}
