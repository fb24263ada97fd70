using System.CommandLine;
using System.Text;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary><c>cprune records export</c>: all records as JSON lines.</summary>
internal sealed class ExportRecords : Command
{
    private const string StandardOutput = "-";

    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string> _file = new("FILE") { Description = "File to write, one JSON object per line; '-' for the standard output." };
    private readonly MachineFilter _target = new("--target", "Only the records of this target");
    private readonly OutputArguments _output = new();

    public ExportRecords(CliEnvironment environment, IWorkshop workshop) : base("export", "Write the records as JSON lines, to be imported elsewhere.")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_file);
        _target.AddTo(this);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var contents = _target.Apply(records.Value.Contents(), result, _workshop);
        var (file, bytes) = (result.GetRequiredValue(_file), RecordFile.Write(contents));
        if (file == StandardOutput)
        {
            _environment.Out.Write(Encoding.UTF8.GetString(bytes));
            return ExitCodes.Success;
        }

        AtomicFile.Write(file, bytes);
        var output = _output.Open(result, _environment);
        output.Line($"Written: {file}, {Figures.Count(contents.Records.Length)} programs ({Figures.Bytes(bytes.Length)}).", Tone.Good);
        output.Event("result", new { Command = "records export", File = file, Programs = contents.Records.Length });
        return ExitCodes.Success;
    }
}
