using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Cli.Reference;
using CPrune.Devices;
using CPrune.Reporting;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune tune</c>: auto-tunes a model as it is and writes its native library.</summary>
internal sealed class TuneCommand : Command, IResumable
{
    private static readonly CompareOptions Timing = new(0.01, TimeSpan.FromSeconds(5), null);

    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly ModelArguments _model = new();
    private readonly TargetArguments _target = new();
    private readonly ColdOption _cold = new();
    private readonly ComputationOptions _computation = new();
    private readonly OutputArguments _output = new();
    private readonly Option<int> _trials = Parsed.Int("--trials", "Programs to measure per task.", TuningWork.DefaultTrialsPerTask, 1, 100_000);
    private readonly Option<TimeSpan?> _limit = Parsed.Duration("--time-limit", "Stop after this time with the best so far.");
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the search.", 0, 0);
    private readonly Option<bool> _programs = TaskTables.ProgramsOption();
    private readonly Option<string?> _folder = OutputFolder.Option("Folder for model.so and model.h.", "cprune-out/MODEL-tuned");

    public TuneCommand(CliEnvironment environment, IWorkshop workshop) : base("tune", "Auto-tune a model on the target and write it as a native library.")
    {
        (_environment, _workshop) = (environment, workshop);
        _model.AddTo(this);
        _target.AddTo(this);
        _cold.AddTo(this);
        _computation.AddTo(this);
        Options.Add(_trials);
        Options.Add(_limit);
        Options.Add(_seed);
        Options.Add(_programs);
        Options.Add(_folder);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => "; measured programs are kept: give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = _model.Read(result, output);
        var target = _workshop.FindRunnableTarget(_target.Name(result), _target.Threads(result));
        var alternatives = _computation.Alternatives(model.Graph, target, result);
        using var prepared = OutputFolder.Prepare(result.GetValue(_folder) ?? Path.Combine("cprune-out", $"{model.Name}-tuned"));
        var folder = prepared.Path;

        using var records = new Owned<Tuning.Records.IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var caches = _cold.IsGiven(result) ? CacheState.Cold : _workshop.CachesFor(alternatives);
        await using var device = _workshop.OpenDevice(target, caches, _environment.Clock);
        output.Line($"Target: {target}", Tone.Faint);
        var compiler = _workshop.CreateCompiler(target, _environment.CacheFolder);
        var options = TuningWork.OptionsFor(result.GetRequiredValue(_trials), result.GetValue(_limit), result.GetRequiredValue(_seed));
        var (known, _, _) = await TuningWork.TuneAsync(
            _workshop, device, records.Value, compiler, alternatives, options, output, _environment.Clock, cancellation);

        var (library, header) = (Path.Combine(folder, "model.so"), Path.Combine(folder, "model.h"));
        var info = compiler.Compile(known.Plan, known.Schedules, library, header);
        var latency = await device.MeasureModelAsync(library, Timing, cancellation);

        var reference = _workshop.OpenReference(_environment.Clock).Name;
        var (memory, referenceMemory) = (new MemoryUse(info.WorkspaceBytes, info.WorkspaceBytes), OnnxRuntimeRunner.MemoryOf(model.Bytes));

        output.Table(TaskTables.Of(known.Layers));
        if (result.GetValue(_programs)) output.Table(TaskTables.Programs(known.Layers));
        output.Line($"{model.Name}: {Figures.Seconds(latency.Median)} per image{(caches == CacheState.Cold ? " with cold caches" : "")} ({info.Kernels} kernels, {Figures.Bytes(info.WeightBytes)} of weights).", Tone.Good);
        foreach (var line in BenchTables.Choice(known.ChoiceText)) output.Line(line);
        output.Line(BenchTables.Memory(memory, referenceMemory, reference));
        output.Line($"Written: {library}, {header}");
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            Target = target.Key,
            Caches = caches,
            Latency = new { Seconds = latency.Median, latency.Low, latency.High },
            Memory = memory,
            ReferenceMemory = new { Name = reference, referenceMemory.PeakBytes, referenceMemory.ReservedBytes },
            Library = library,
            Header = header,
            known.Plan.Choices.Variant,
            Choice = known.ChoiceText,
            Tasks = TaskTables.Json(known.Layers),
        });
        return ExitCodes.Success;
    }
}
