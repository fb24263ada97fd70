using System.Collections.Immutable;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Reporting.Benching;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Benching;

/// <param name="Trials">Programs to measure per task where records hold none; 0 tunes nothing.</param>
/// <param name="Turns">Turns of each contender.</param>
/// <param name="IsCold">Whether the caches are emptied before every timed run.</param>
internal sealed record BenchOptions(int Trials, int Turns, int Seed, bool IsCold);

/// <summary>Benches one model: tunes what is untuned, measures the machine, then the kernels by themselves, then whole models in turn.</summary>
internal sealed class BenchRun(IWorkshop workshop, CliEnvironment environment, IOutput output, IRecordStore records, BenchOptions options)
{
    private static readonly MeasureOptions Alone = new(GiveUpAbove: null, TimeSpan.FromSeconds(60));

    public async Task<BenchSetting> RunAsync(ModelFile model, ModelAlternatives alternatives, Target target, CancellationToken cancellation)
    {
        var caches = options.IsCold ? CacheState.Cold : workshop.CachesFor(alternatives);
        var conditions = new Conditions(target.Key, caches);
        var tuned = new TunedPrograms(TuningWork.FromRecords(alternatives, conditions, records), 0, TimeSpan.Zero);
        MachineRoofline roofline;
        IReadOnlyList<double> alone;
        await using (var device = workshop.OpenDevice(target, caches, environment.Clock))
        {
            if (options.Trials > 0 && TuningWork.IsUntuned(alternatives, conditions, records))
            {
                tuned = await TuningWork.TuneAsync(
                    workshop, device, records, workshop.CreateCompiler(target, environment.CacheFolder), alternatives,
                    TuningWork.OptionsFor(options.Trials, null, options.Seed), output, environment.Clock, cancellation);
            }

            roofline = await device.MeasureRooflineAsync(cancellation);
            alone = await AloneAsync(device, tuned.Known.Programs, cancellation);
        }

        var (times, calls, callSeconds, memory, referenceMemory) = await TimeAsync(model, alternatives.Direct, tuned.Known, target, cancellation);
        var ours = times.Single(t => t.Contender.Role == ContenderRole.Tuned);
        return new BenchSetting(
            target.Threads, target.Key, caches, roofline,
            [
                .. times.Where(t => t.Contender.Role is not null)
                    .Select(t => new BenchContender(t.Contender.Name, t.Contender.Role!.Value, t.Seconds, t.RatioTo(ours))),
            ],
            TaskTimes.Of(tuned.Known, alternatives.Direct, alone, calls, callSeconds), memory, referenceMemory,
            tuned.Trials > 0 ? new BenchTuning(tuned.Trials, tuned.Elapsed.TotalSeconds) : null)
        {
            Choice = tuned.Known.ChoiceText,
        };
    }

    private async Task<IReadOnlyList<double>> AloneAsync(IDevice device, ImmutableArray<TaskProgram> programs, CancellationToken cancellation) =>
        await output.WithProgressAsync($"Timing {programs.Length} kernels by themselves", async progress =>
        {
            var seconds = new List<double>();
            foreach (var (task, schedule, _) in programs)
            {
                progress.Report(new WorkProgress((double)seconds.Count / programs.Length, task.Label));
                var measured = await device.MeasureKernelsAsync(
                    task.Computation, [schedule ?? DefaultSchedule.For(task.Computation, device.Target)], Alone, cancellation);
                seconds.Add(measured[0] switch
                {
                    Measurement.Ok ok => ok.Latency.Median,
                    Measurement.Failed failed => throw new InvalidOperationException($"{task.Label} does not run by itself: {failed.Reason}"),
                    var other => throw new InvalidOperationException($"{task.Label}: unknown result {other}"),
                });
            }

            return seconds;
        });

    /// <param name="CallSeconds">By call of our tuned code.</param>
    private sealed record Timing(
        IReadOnlyList<ContenderTime> Times, ImmutableArray<ImmutableArray<int>> Calls, IReadOnlyList<double> CallSeconds, MemoryUse Memory, MemoryUse ReferenceMemory);

    private async Task<Timing> TimeAsync(
        ModelFile model, ModelPlan direct, KnownPrograms known, Target target, CancellationToken cancellation)
    {
        using var contenders = new Contenders(workshop, environment, target);
        contenders.AddCompiled("cprune untuned", ContenderRole.Untuned, direct, ImmutableDictionary<string, Schedule>.Empty);
        var tuned = contenders.AddCompiled("cprune tuned", ContenderRole.Tuned, known.Plan, known.Schedules);
        var profile = contenders.AddProfile(tuned);
        var reference = contenders.AddReference(model.Bytes);
        var times = await output.WithProgressAsync($"Timing on {BenchTables.Threads(target.Threads)}", progress => contenders.TimeAsync(
            options.Turns, new Relay<double>(f => progress.Report(new WorkProgress(f, $"{options.Turns} turns"))), cancellation, options.IsCold));
        return new Timing(times, tuned.Calls, profile.Median(), tuned.Memory, reference.Memory);
    }
}
