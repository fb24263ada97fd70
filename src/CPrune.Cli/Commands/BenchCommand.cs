using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Cli.Commands.Benching;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Cli.Reference;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Reporting;
using CPrune.Runtime;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune bench</c>: our code untuned and tuned, and ONNX Runtime, timed in turn on one thread and on all.</summary>
internal sealed class BenchCommand : Command, IResumable
{
    private const string Untuned = "cprune untuned";
    private const string Tuned = "cprune tuned";

    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string> _model = ModelFile.Argument();
    private readonly TargetArguments _target = new();
    private readonly OutputArguments _output = new();
    private readonly Option<int> _trials = Parsed.Int("--trials", "Programs to measure per task where records hold none; 0 tunes nothing.", TuningWork.DefaultTrialsPerTask, 0, 100_000);
    private readonly Option<int> _turns = Parsed.Int("--turns", "Turns of each contender.", 25, 3, 10_000);
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the search.", 0, 0);

    public BenchCommand(CliEnvironment environment, IWorkshop workshop) : base("bench", "Time our code, untuned and tuned, against ONNX Runtime: in turn, on one thread and on all.")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_model);
        _target.AddTo(this, withThreads: false);
        Options.Add(_trials);
        Options.Add(_turns);
        Options.Add(_seed);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => "; measured programs are kept: give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = ModelFile.Read(result.GetRequiredValue(_model));
        var plan = ModelPlan.Of(model.Graph);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var settings = new List<object>();
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var target = _workshop.FindTarget(_target.Name(result), threads);
            var programs = await ProgramsAsync(result, plan, target, records.Value, output, cancellation);
            var times = await TimeAsync(result, model, plan, target, programs, output, cancellation);
            Show(output, threads, times, programs);
            settings.Add(new
            {
                Threads = threads,
                Target = target.Key,
                Contenders = times.Select(t => new { t.Name, t.Seconds, RatioToTuned = t.RatioTo(TunedOf(times)) }),
                Tasks = TaskTables.Json(programs),
            });
        }

        output.Event("result", new { Command = Name, Model = model.Path, Settings = settings });
        return ExitCodes.Success;
    }

    private async Task<ImmutableArray<TaskProgram>> ProgramsAsync(
        ParseResult result, ModelPlan plan, Target target, IRecordStore records, IOutput output, CancellationToken cancellation)
    {
        var known = TuningWork.FromRecords(plan, target, records);
        var trials = result.GetRequiredValue(_trials);
        if (trials == 0 || known.All(p => p.Schedule is not null)) return known;
        await using var device = _workshop.OpenDevice(target, _environment.Clock);
        return await TuningWork.TuneAsync(
            _workshop, device, records, plan, trials, null, result.GetRequiredValue(_seed), output, _environment.Clock, cancellation);
    }

    private async Task<IReadOnlyList<ContenderTime>> TimeAsync(
        ParseResult result, ModelFile model, ModelPlan plan, Target target, ImmutableArray<TaskProgram> programs, IOutput output, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("cprune-bench-");
        var contenders = new List<Contender>();
        try
        {
            contenders.Add(Compiled(Untuned, plan, target, ImmutableDictionary<string, Schedule>.Empty, Path.Combine(folder.FullName, "untuned.so")));
            contenders.Add(Compiled(Tuned, plan, target, TuningWork.Schedules(programs), Path.Combine(folder.FullName, "tuned.so")));
            var reference = OnnxRuntimeRunner.ForOneImage(model.Bytes, target.Threads);
            contenders.Add(new Contender(_workshop.OpenReference(_environment.Clock).Name, reference.Run, reference));

            var turns = result.GetRequiredValue(_turns);
            return await output.WithProgressAsync($"Timing on {Threads(target.Threads)}", progress =>
                new InterleavedTiming(_environment.Clock).MeasureAsync(
                    contenders, turns, new Relay<double>(f => progress.Report(new WorkProgress(f, $"{turns} turns"))), cancellation));
        }
        finally
        {
            foreach (var contender in contenders) contender.Resource.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private Contender Compiled(string name, ModelPlan plan, Target target, ImmutableDictionary<string, Schedule> schedules, string path)
    {
        _workshop.CreateCompiler(target, _environment.CacheFolder).Compile(plan, schedules, path, headerPath: null);
        var native = NativeModel.Load(path, target.Threads);
        var input = PatternImage.Of(native.InputShape.Aggregate(1L, (n, d) => n * d));
        var scores = new float[native.OutputShape.Aggregate(1, (n, d) => n * d)];
        return new Contender(name, () => native.Run(input, scores), native);
    }

    private static void Show(IOutput output, int threads, IReadOnlyList<ContenderTime> times, ImmutableArray<TaskProgram> programs)
    {
        var tuned = TunedOf(times);
        output.Line();
        output.Line($"On {Threads(threads)}, one image", Tone.Heading);
        output.Table(new TextTable(
            [new("runtime"), new("median", true), new("images/s", true), new("time / tuned", true)],
            [
                .. times.Select(t => (ImmutableArray<string>)[t.Name, Figures.Seconds(t.Seconds), Figures.Count((long)(1 / t.Seconds)), Figures.Ratio(t.RatioTo(tuned))]),
            ]));
        output.Table(TaskTables.Of(programs));
    }

    private static ContenderTime TunedOf(IReadOnlyList<ContenderTime> times) => times.Single(t => t.Name == Tuned);

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";
}
