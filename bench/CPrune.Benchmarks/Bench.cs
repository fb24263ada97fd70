using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Statistics;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Benchmarks;

/// <summary>This machine, on one thread, and the ways to search on it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private static readonly MeasureOptions Alone = new(GiveUpAbove: null, TimeSpan.FromSeconds(30));

    private readonly HostDevice _device = new(TargetCatalog.Find("host", 1), TimeProvider.System);

    public Target Target => _device.Target;

    /// <summary>Tunes one task with the records there are, and adds to them.</summary>
    /// <returns>The programs it measured with their times, in that order.</returns>
    public async Task<IReadOnlyList<(Schedule Schedule, double Seconds)>> TuneAsync(TuningTask task, IRecordStore records, int trials, int seed)
    {
        var log = new LoggingDevice(_device);
        await new Tuner(log, records, TimeProvider.System).TuneAsync(
            [task], new TuningOptions(trials, null, seed, new Dictionary<string, Schedule>()), null, CancellationToken.None);
        return [.. log.Measured.Take(trials)];
    }

    /// <summary>Measures programs of one task without searching.</summary>
    public async Task<IReadOnlyList<(Schedule Schedule, double Seconds)>> MeasureAsync(TuningTask task, IEnumerable<Schedule> schedules)
    {
        var log = new LoggingDevice(_device);
        await log.MeasureKernelsAsync(task.Computation, [.. schedules], Alone, CancellationToken.None);
        return log.Measured;
    }

    /// <summary>
    /// Times the winners of several searches anew, in turn, so that no search is judged by its own lucky timings: seconds by schedule.
    /// </summary>
    public async Task<IReadOnlyDictionary<Schedule, double>> JudgeAsync(TuningTask task, IEnumerable<Schedule> winners, int rounds = 5)
    {
        Schedule[] distinct = [.. winners.Distinct()];
        var times = distinct.ToDictionary(s => s, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
            foreach (var (schedule, seconds) in await MeasureAsync(task, round % 2 == 0 ? distinct : distinct.Reverse())) times[schedule].Add(seconds);
        return times.ToDictionary(t => t.Key, t => MedianInterval.Median(t.Value));
    }

    /// <summary>The fastest of the first programs, by the times the search itself saw.</summary>
    public static Schedule Best(IEnumerable<(Schedule Schedule, double Seconds)> measured, int trials) => measured.Take(trials).MinBy(m => m.Seconds).Schedule;

    public ValueTask DisposeAsync() => _device.DisposeAsync();
}
