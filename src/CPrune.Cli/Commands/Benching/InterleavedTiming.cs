using CPrune.Devices.Statistics;

namespace CPrune.Cli.Commands.Benching;

/// <summary>
/// Times contenders in turn, A B C A B C: whatever slows the machine slows all of them. A pause before each turn lets another runtime's
/// threads go to sleep, which otherwise spin on the cores for a while.
/// </summary>
/// <param name="evict">Empties the caches before every timed run; null to time with what the run before left there.</param>
internal sealed class InterleavedTiming(TimeProvider clock, Action? evict = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);
    private const int WarmUpRuns = 3;
    private const int LeastRuns = 5;

    public async Task<IReadOnlyList<ContenderTime>> MeasureAsync(
        IReadOnlyList<Contender> contenders, int turns, IProgress<double> progress, CancellationToken cancellation)
    {
        var samples = contenders.Select(_ => new List<double>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                await Task.Delay(Pause, clock, cancellation);
                samples[i].Add(TimeTurn(contenders[i].RunOnce));
            }

            progress.Report((turn + 1.0) / turns);
        }

        return [.. contenders.Select((c, i) => new ContenderTime(c, MedianInterval.Median(samples[i]), samples[i]))];
    }

    private double TimeTurn(Action run)
    {
        for (var i = 0; i < WarmUpRuns; i++) run();
        var times = new List<double>();
        var started = clock.GetTimestamp();
        while (times.Count < LeastRuns || clock.GetElapsedTime(started) < Turn)
        {
            evict?.Invoke();
            var before = clock.GetTimestamp();
            run();
            times.Add(clock.GetElapsedTime(before).TotalSeconds);
        }

        return MedianInterval.Median(times);
    }
}
