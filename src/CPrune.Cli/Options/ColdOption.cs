using System.CommandLine;

namespace CPrune.Cli.Options;

/// <summary>The option that asks for times with empty caches.</summary>
internal sealed class ColdOption
{
    private readonly Option<bool> _cold = new("--cold")
    {
        Description = "Empty the caches before every timed run: for a model that runs now and then, with other work between. Such times are kept apart.",
    };

    public void AddTo(Command command) => command.Options.Add(_cold);

    public bool IsGiven(ParseResult result) => result.GetValue(_cold);
}
