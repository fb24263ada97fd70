using System.CommandLine;
using CPrune.Cli.Commands.Records;
using CPrune.Cli.Composition;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune records</c>: looks after the measured programs that are kept over runs.</summary>
internal sealed class RecordsCommand : Command
{
    public RecordsCommand(CliEnvironment environment, IWorkshop workshop) : base("records", "List, export, import or prune the measured programs that are kept over runs.")
    {
        Subcommands.Add(new ListRecords(environment, workshop));
        Subcommands.Add(new ExportRecords(environment, workshop));
        Subcommands.Add(new ImportRecords(environment, workshop));
        Subcommands.Add(new PruneRecords(environment, workshop));
    }
}
