using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Cli.Output;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune bench-table</c>: several models' bench results side by side.</summary>
internal sealed class BenchTableCommand : Command
{
    private readonly CliEnvironment _environment;
    private readonly Argument<string[]> _results = new("RESULT") { Description = "Files that 'cprune bench MODEL --json' wrote.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _markdown = new("--markdown") { Description = "Write the tables and every model's profile to this file.", HelpName = "FILE.md" };
    private readonly Option<string?> _figure = new("--figure") { Description = "Write the speed-ups as a picture to this file.", HelpName = "FILE.svg" };
    private readonly Option<string> _command = new("--command") { Description = "What made the results, to be stated in the document.", HelpName = "TEXT", DefaultValueFactory = _ => "cprune bench" };
    private readonly Option<string?> _commit = new("--commit") { Description = "Of which state of the sources, to be stated in the document.", HelpName = "TEXT" };
    private readonly OutputArguments _output = new();

    public BenchTableCommand(CliEnvironment environment) : base("bench-table", "Put the bench results of several models into one table, one document and one picture.")
    {
        _environment = environment;
        Arguments.Add(_results);
        Options.Add(_markdown);
        Options.Add(_figure);
        Options.Add(_command);
        Options.Add(_commit);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        var results = result.GetRequiredValue(_results).Select(BenchFile.Read).ToImmutableArray();
        output.Table(BenchSummary.Latency(results));
        output.Line();
        output.Table(BenchSummary.Cost(results));
        output.Write(result.GetValue(_markdown), () => BenchDocument.Of(results, result.GetRequiredValue(_command), result.GetValue(_commit)));
        output.Write(result.GetValue(_figure), () => BenchSummary.Figure(results));
        output.Event("result", new { Command = Name, Models = results.Select(r => r.Name), Markdown = result.GetValue(_markdown), Figure = result.GetValue(_figure) });
        return ExitCodes.Success;
    }
}
