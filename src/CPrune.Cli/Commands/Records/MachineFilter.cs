using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Compiler.Targets;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary>The option that names one target's records, on any number of threads.</summary>
internal sealed class MachineFilter(string option, string description)
{
    private readonly Option<string?> _target = new(option) { Description = $"{description}: {string.Join(", ", TargetCatalog.Names)}.", HelpName = "NAME" };

    public void AddTo(Command command) => command.Options.Add(_target);

    /// <summary>Null where the option is not given.</summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: an unknown name.</exception>
    public string? Machine(ParseResult result, IWorkshop workshop) =>
        result.GetValue(_target) is { } name ? new Conditions(workshop.FindTarget(name, 1).Key, default).Machine : null;

    public RecordContents Apply(RecordContents contents, ParseResult result, IWorkshop workshop) =>
        Machine(result, workshop) is { } machine ? contents.Of(machine) : contents;
}
