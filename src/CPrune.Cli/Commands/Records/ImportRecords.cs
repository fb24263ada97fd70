using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary><c>cprune records import</c>: merges exported records into those of this machine.</summary>
internal sealed class ImportRecords : Command
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string[]> _files = new("FILE") { Description = "Exported files.", Arity = ArgumentArity.OneOrMore };
    private readonly OutputArguments _output = new();

    public ImportRecords(CliEnvironment environment, IWorkshop workshop) : base("import", "Merge exported records: the newer measurement of a program stays.")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_files);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        // All files are read before the first record is kept.
        var contents = result.GetRequiredValue(_files).Select(RecordFile.Read).ToList();
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var outcome = records.Value.Merge(new RecordContents([.. contents.SelectMany(c => c.Records)], [.. contents.SelectMany(c => c.Efforts)])
        {
            Choices = [.. contents.SelectMany(c => c.Choices)],
        });
        output.Line(
            $"Imported: {Figures.Count(outcome.Added)} programs are new, {Figures.Count(outcome.Replaced)} replace older measurements, {Figures.Count(outcome.Kept)} were known as well or better.",
            Tone.Good);
        output.Event("result", new { Command = "records import", outcome.Added, outcome.Replaced, outcome.Kept });
        return ExitCodes.Success;
    }
}
