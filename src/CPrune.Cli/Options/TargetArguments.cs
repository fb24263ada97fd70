using System.CommandLine;
using CPrune.Compiler.Targets;

namespace CPrune.Cli.Options;

/// <summary>The options that say what code is made for.</summary>
internal sealed class TargetArguments
{
    private readonly Option<string> _target = new("--target")
    {
        Description = $"What code is made for: {string.Join(", ", TargetCatalog.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "host",
    };

    private readonly Option<int> _threads = Parsed.Int("--threads", "Threads that the compiled model runs on.", 1, 1, 256);

    public void AddTo(Command command, bool withThreads = true)
    {
        command.Options.Add(_target);
        if (withThreads) command.Options.Add(_threads);
    }

    public string Name(ParseResult result) => result.GetRequiredValue(_target);

    public int Threads(ParseResult result) => result.GetRequiredValue(_threads);
}
