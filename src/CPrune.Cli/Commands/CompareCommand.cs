using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Reporting.Comparing;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune compare</c>: the same job by several policies side by side, each from the same tuned original and with records of its own.</summary>
internal sealed class CompareCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly PruneArguments _arguments = new();
    private readonly Option<ImmutableArray<string>> _policies = PolicyOption.Several();
    private readonly OutputArguments _output = new();
    private readonly Option<string?> _folder = OutputFolder.Option("Folder: compare.md, compare.svg, report.html, and a run in a folder of its own for each policy.", "cprune-out/MODEL-compare");

    public CompareCommand(CliEnvironment environment, IWorkshop workshop) : base("compare", "Prune a model by several policies, and put what came of it side by side.")
    {
        (_environment, _workshop) = (environment, workshop);
        _arguments.AddTo(this);
        Options.Add(_policies);
        Options.Add(_folder);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => ": nothing is lost; give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = _arguments.ModelOf(result);
        using var prepared = OutputFolder.Prepare(result.GetValue(_folder) ?? Path.Combine("cprune-out", $"{model.Name}-compare"));
        var job = _arguments.Open(result, model, _workshop, _environment, cancellation);
        job = job with { Request = job.Request with { WithTrace = true } };

        output.Line($"{model.Path} for {job.Target}: the original", Tone.Heading);
        var original = Path.Combine(prepared.Path, "original");
        // Once, for all policies: none of them starts from a luckier search, another training budget or another reading of accuracies.
        var known = await job.PrepareAsync(original, output, cancellation);
        job = job with { Request = job.Request with { BeginsBehind = original } };

        var runs = ImmutableArray.CreateBuilder<ComparedRun>();
        foreach (var policy in result.GetRequiredValue(_policies))
        {
            output.Line();
            output.Line($"Policy {policy}", Tone.Heading);
            output.Event("policy", new { Policy = policy });
            var folder = Path.Combine(prepared.Path, policy);
            using (var records = new Owned<IRecordStore>(_workshop.OpenRecords(folder))) records.Value.Merge(known);
            runs.Add(new ComparedRun(policy, await job.RunAsync(policy, folder, folder, output, cancellation)));
        }

        Conclude(output, model, new Comparison(job.Request.Goal.MinAccuracy, runs.ToImmutable()), prepared.Path);
        return ExitCodes.Success;
    }

    private void Conclude(IOutput output, ModelFile model, Comparison comparison, string folder)
    {
        var table = ComparisonDocument.Table(comparison);
        output.Line();
        output.Table(table);
        Write("compare.md", ComparisonDocument.Markdown(comparison));
        Write("compare.svg", ComparisonDocument.Figure(comparison));
        Write(PruneJob.ReportFile, ComparisonDocument.Html(comparison));
        output.Line($"Written to {folder}: compare.md, compare.svg, {PruneJob.ReportFile}");
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            Policies = comparison.Runs.Select(r => new { r.Policy, r.Record.Before, r.Record.After, r.Record.Trials, r.Record.Trace, r.Record.MissingFromTrace, r.Record.Phases, r.Record.EndReason }),
        });

        void Write(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
    }
}
