using System.CommandLine;
using Spectre.Console;

namespace CPrune.Cli.Output;

/// <summary>Chooses the kind of output: <c>--json</c>, else live at a terminal, else plain lines.</summary>
internal sealed class OutputArguments
{
    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object per line to standard output: events, then the result." };

    public void AddTo(Command command) => command.Options.Add(_json);

    public bool IsJson(ParseResult result) => result.GetValue(_json);

    public IOutput Open(ParseResult result, CliEnvironment environment)
    {
        if (IsJson(result)) return new JsonOutput(environment.Out, environment.Clock);
        if (!environment.IsTerminal) return new PlainOutput(environment.Out, environment.Clock);
        return new LiveOutput(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Out) }));
    }
}
