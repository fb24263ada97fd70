using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune prune</c>: the main job. The same command given again goes on with an interrupted run.</summary>
internal sealed class PruneCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string> _model = ModelFile.Argument();
    private readonly DataArguments _data = new();
    private readonly GoalArguments _goal = new();
    private readonly TargetArguments _target = new();
    private readonly WalkArguments _walk = new();
    private readonly AlgorithmOption _algorithms = new();
    private readonly OutputArguments _output = new();
    private readonly Option<TimeSpan?> _limit = Parsed.Duration("--time-limit", "Wall time of the whole run, over all sittings. Default: none.");
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the split, the search and training.", 0, 0);
    private readonly Option<string?> _folder = OutputFolder.Option("Folder of the run: model.onnx, model.so, model.h, report.html, run.db.", "cprune-out/MODEL");

    public PruneCommand(CliEnvironment environment, IWorkshop workshop) : base("prune", "Prune a model for a target: smaller and faster, at the accuracy asked for.")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_model);
        _data.AddTo(this, forTraining: true);
        _goal.AddTo(this);
        _target.AddTo(this);
        Options.Add(_limit);
        Options.Add(_seed);
        Options.Add(_folder);
        _walk.AddTo(this);
        _algorithms.AddTo(this);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => ": nothing is lost; give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var clock = _environment.Clock;
        var model = ModelFile.Read(result.GetRequiredValue(_model));
        var target = _workshop.FindRunnableTarget(_target.Name(result), _target.Threads(result));
        using var prepared = OutputFolder.Prepare(result.GetValue(_folder) ?? Path.Combine("cprune-out", model.Name));
        var folder = prepared.Path;
        var reference = _workshop.OpenReference(clock);
        output.Line($"Pruning {model.Path} for {target}", Tone.Heading);
        var request = Request(result, model, target, folder, reference, cancellation);

        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        await using var device = _workshop.OpenDevice(target, _workshop.CachesFor(ModelPlan.Of(model.Graph)), clock);
        var run = new PruneRun(
            request,
            new PruneServices(
                device, _workshop.CreateTuner(device, records.Value, clock), _workshop.CreateCompiler(target, _environment.CacheFolder), _workshop.CreateTrainer(clock), new L1Saliency(),
                _walk.StepRuleOf(result), _walk.PolicyOf(result), reference, clock));
        var record = await output.WithProgressAsync("Pruning", progress => Task.Run(
            () => run.ExecuteAsync(new RunNarrator(output, progress), cancellation), cancellation));

        var report = Path.Combine(folder, "report.html");
        ReportWriter.Write(record, report);
        Conclude(output, model, record, folder);
        return ExitCodes.Success;
    }

    private PruneRequest Request(
        ParseResult result, ModelFile model, Target target, string folder, IReferenceRuntime reference, CancellationToken cancellation)
    {
        var seed = result.GetRequiredValue(_seed);
        var data = _data.Open(result, model.Graph, seed, cancellation);
        var goal = _goal.Of(result, () => reference.Top1(model.Bytes, data.Test, data.Normalization, cancellation));
        var limit = result.GetValue(_limit);
        KeyValuePair<string, string>[] options =
        [
            .. _goal.Given(result), new("data", _data.Spec(result)), new("seed", $"{seed}"), new("time-limit", limit is { } l ? Durations.Text(l) : "none"),
            .. _data.Given(result), .. _walk.Texts(result), .. _algorithms.Given(result),
        ];
        return new PruneRequest(
            Path.GetFileName(model.Path), model.Bytes, model.Graph, _data.Spec(result), data, goal, limit, seed, folder, options.ToImmutableSortedDictionary())
        {
            Limits = _walk.LimitsOf(result),
            Training = _walk.TrainingOf(result),
            Tuning = _walk.TuningOf(result),
            Algorithms = _algorithms.Allowed(result),
            Environment = EnvironmentFacts.Of(target, reference.Name),
        };
    }

    private void Conclude(IOutput output, ModelFile model, RunRecord record, string folder)
    {
        output.Line();
        if (record.EndReason is { } reason) output.Line($"The walk ended: {reason}");
        output.Table(new TextTable(
            [new(model.Name), new("before", true), new("after", true), new("change", true)],
            [.. HeadlineFigures.Rows(record.Before, record.After).Select(r => (ImmutableArray<string>)[r.Name, r.Before, r.After, r.Change])]));
        string[] names = ["model.onnx", "model.so", "model.h", "report.html", "run.db"];
        var files = names.Select(f => Path.Combine(folder, f)).Where(File.Exists).ToArray();
        output.Line($"Written to {folder}: {string.Join(", ", files.Select(Path.GetFileName))}");
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            record.Before,
            record.After,
            Speedup = record.After is { } after ? record.Before.LatencySeconds / after.LatencySeconds : (double?)null,
            Candidates = record.Candidates.Length,
            record.EndReason,
            Files = files,
        });
    }
}
