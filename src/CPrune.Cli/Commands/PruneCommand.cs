using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Runs;
using CPrune.Reporting;
using CPrune.Reporting.Results;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune prune</c>: the main job. The same command given again goes on with an interrupted run.</summary>
internal sealed class PruneCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly PruneArguments _arguments = new();
    private readonly Option<string> _policy = PolicyOption.Create();
    private readonly OutputArguments _output = new();
    private readonly Option<string?> _folder = OutputFolder.Option(
        "Folder of the run: model.onnx, model.so, model.h, report.html, result.json, candidates.csv, run.db.", "cprune-out/MODEL");

    public PruneCommand(CliEnvironment environment, IWorkshop workshop) : base("prune", "Prune a model for a target: smaller and faster, at the accuracy asked for.")
    {
        (_environment, _workshop) = (environment, workshop);
        _arguments.AddTo(this);
        Options.Add(_policy);
        Options.Add(_folder);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => ": nothing is lost; give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = _arguments.ModelOf(result, output);
        using var prepared = OutputFolder.Prepare(result.GetValue(_folder) ?? Path.Combine("cprune-out", model.Name));
        var folder = prepared.Path;
        var job = _arguments.Open(result, model, _workshop, _environment, cancellation);
        output.Line($"Pruning {model.Path} for {job.Target}", Tone.Heading);
        var record = await job.RunAsync(result.GetRequiredValue(_policy), folder, _environment.CacheFolder, output, cancellation);
        Conclude(output, model, record, folder);
        return ExitCodes.Success;
    }

    private void Conclude(IOutput output, ModelFile model, RunRecord record, string folder)
    {
        output.Line();
        if (record.EndReason is { } reason) output.Line($"The {SearchWords.Noun(record.Policy)} ended: {reason}");
        output.Table(new TextTable(
            [new(model.Name), new("before", true), new("after", true), new("change", true)],
            [.. HeadlineFigures.Rows(record.Before, record.After).Select(r => (ImmutableArray<string>)[r.Name, r.Before, r.After, r.Change])]));
        if (!record.Trace.IsEmpty) output.Table(HeadlineFigures.Trace(record.Trace));
        foreach (var line in HeadlineFigures.Missing(record.MissingFromTrace)) output.Line(line);
        string[] names =
            ["model.onnx", "model.so", "model.h", PruneJob.ReportFile, ResultDocument.FileName, CandidateTable.FileName, RunStore.FileName];
        var written = names.Where(n => File.Exists(Path.Combine(folder, n)));
        var points = record.Trace.Length + record.MissingFromTrace.Length;
        output.Line($"Written to {folder}: {string.Join(", ", written)}{(points == 0 ? "" : $", trace/ ({points} models)")}");
        var fields = ResultDocument.Of(record).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()));
        output.Event("result", new JsonObject([new("command", Name), .. fields]));
    }
}
