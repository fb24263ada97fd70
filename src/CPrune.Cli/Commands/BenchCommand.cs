using System.CommandLine;
using CPrune.Cli.Commands.Benching;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Compiler.Tasks;
using CPrune.Reporting.Benching;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune bench</c>: our code untuned and tuned, and ONNX Runtime, timed in turn on one thread and on all, and where our time goes.</summary>
internal sealed class BenchCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly ModelArguments _model = new();
    private readonly TargetArguments _target = new();
    private readonly ColdOption _cold = new();
    private readonly ComputationOptions _computation = new();
    private readonly OutputArguments _output = new();
    private readonly Option<int> _trials = Parsed.Int("--trials", "Programs to measure per task where records hold none; 0 tunes nothing.", TuningWork.DefaultTrialsPerTask, 0, 100_000);
    private readonly Option<int> _turns = Parsed.Int("--turns", "Turns of each contender.", 25, 3, 10_000);
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the search.", 0, 0);
    private readonly Option<bool> _programs = TaskTables.ProgramsOption();

    public BenchCommand(CliEnvironment environment, IWorkshop workshop) : base("bench", "Time our code, untuned and tuned, against ONNX Runtime: in turn, on one thread and on all; and show where our time goes.")
    {
        (_environment, _workshop) = (environment, workshop);
        _model.AddTo(this);
        _target.AddTo(this, withThreads: false);
        _cold.AddTo(this);
        _computation.AddTo(this);
        Options.Add(_trials);
        Options.Add(_turns);
        Options.Add(_seed);
        Options.Add(_programs);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => "; measured programs are kept: give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var load = EnvironmentFacts.LoadAverage();
        var model = _model.Read(result, output);
        var direct = ModelPlan.Of(model.Graph);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var options = new BenchOptions(result.GetRequiredValue(_trials), result.GetRequiredValue(_turns), result.GetRequiredValue(_seed), _cold.IsGiven(result));
        var run = new BenchRun(_workshop, _environment, output, records.Value, options);
        var settings = new List<BenchSetting>();
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var target = _workshop.FindRunnableTarget(_target.Name(result), threads);
            var setting = await run.RunAsync(model, _computation.Alternatives(model.Graph, target, result), target, cancellation);
            Show(output, setting, options.IsCold, result.GetValue(_programs));
            settings.Add(setting);
        }

        var facts = EnvironmentFacts.Of(_workshop.FindTarget(_target.Name(result), Environment.ProcessorCount), _workshop.OpenReference(_environment.Clock).Name);
        var found = new BenchResult(
            model.Path, _environment.Clock.GetUtcNow(), direct.Subgraphs.Sum(s => s.Macs), direct.Subgraphs.Sum(ImageMacs.Of), facts, load, [.. settings]);
        output.Event("result", new { Command = Name, found.Model, found.Date, found.Macs, found.ImageMacs, Cold = options.IsCold, found.Environment, found.Load, found.Settings });
        return ExitCodes.Success;
    }

    private static void Show(IOutput output, BenchSetting setting, bool isCold, bool withPrograms)
    {
        output.Line();
        output.Line($"On {BenchTables.Threads(setting.Threads)}, one image{(isCold ? ", cold caches" : "")}", Tone.Heading);
        output.Table(BenchTables.Contenders(setting));
        output.Line();
        foreach (var line in BenchTables.Choice(setting.Choice)) output.Line(line);
        output.Line(BenchTables.Machine(setting));
        output.Line(BenchTables.Streaming(setting));
        output.Line(BenchTables.Counting(setting));
        output.Line();
        output.Table(BenchTables.Tasks(setting));
        foreach (var line in BenchTables.Totals(setting)) output.Line(line);
        output.Line(BenchTables.Memory(setting.Memory, setting.ReferenceMemory, setting.Reference.Name));
        if (!withPrograms) return;
        output.Line();
        output.Table(BenchTables.Programs(setting));
    }
}
