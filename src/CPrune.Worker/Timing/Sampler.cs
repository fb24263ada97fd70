using CPrune.Devices;
using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Statistics;

namespace CPrune.Worker.Timing;

/// <summary>Times one action in three stages (pilot, warm-up, actual) until its median is known well enough.</summary>
internal sealed class Sampler(TimeProvider clock)
{
    private const int SmallestSample = 10;

    private const int WarmUps = 2;

    private const double LongestPreemption = 0.05;

    /// <param name="giveUpAbove">Seconds a run; when the pilot is slower than this, its one sample is the answer.</param>
    /// <param name="prepare">Done before each sample, untimed; null for nothing.</param>
    public LatencyEstimate Measure(Action<int> run, TimingPlan plan, double? giveUpAbove, Action? prepare = null)
    {
        prepare?.Invoke();
        var (repetitions, pilot) = Pilot(run, plan.SampleSeconds);
        if (pilot > giveUpAbove) return MedianInterval.Of([pilot]);
        var samples = new List<double>();
        var started = clock.GetTimestamp();
        for (var warmUp = 0; warmUp < WarmUps; warmUp++) Next();
        var look = SmallestSample;
        while (samples.Count < SmallestSample || Seconds(started) < plan.BudgetSeconds)
        {
            samples.Add(Next());
            if (samples.Count < look) continue;
            // Looks at growing distances: looking after every sample would stop at the first interval that is narrow by luck.
            look = samples.Count + samples.Count / 2;
            if (MedianInterval.Of(samples).RelativeWidth() <= plan.RelativeWidth) break;
        }

        return MedianInterval.Of(samples);

        double Next()
        {
            prepare?.Invoke();
            return Sample(run, repetitions);
        }
    }

    /// <summary>Finds how many runs make a sample long enough to be timed, and about how long one run takes.</summary>
    public (int Repetitions, double Seconds) Pilot(Action<int> run, double sampleSeconds)
    {
        for (var repetitions = 1; ; repetitions *= 2)
        {
            var seconds = Sample(run, repetitions);
            // A preempted run looks long enough; only one that is long twice is, or longer than any time slice.
            if (seconds * repetitions >= sampleSeconds && seconds * repetitions < LongestPreemption) seconds = Math.Min(seconds, Sample(run, repetitions));
            if (seconds * repetitions >= sampleSeconds) return (repetitions, seconds);
            var wanted = sampleSeconds / Math.Max(seconds, 1e-9);
            if (wanted > repetitions * 2) repetitions = (int)Math.Min(wanted / 2, 1 << 28);
        }
    }

    /// <summary>Seconds a run, over <paramref name="repetitions"/> runs.</summary>
    public double Sample(Action<int> run, int repetitions)
    {
        var started = clock.GetTimestamp();
        run(repetitions);
        return Seconds(started) / repetitions;
    }

    /// <summary>At the clock's own resolution: a <see cref="TimeSpan"/> would round to 100 ns.</summary>
    public double Seconds(long since) => (double)(clock.GetTimestamp() - since) / clock.TimestampFrequency;
}
