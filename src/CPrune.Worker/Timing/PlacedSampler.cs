using CPrune.Devices;
using CPrune.Devices.Statistics;

namespace CPrune.Worker.Timing;

/// <summary>
/// Times programs in turn, round by round with alternating order, in blocks of rounds that each have a placement of their own. What slows the machine for longer
/// than a round slows all programs, and the medians of the blocks are independent observations, from which the intervals are made.
/// </summary>
/// <param name="evict">Empties the caches before every timed run; null to time them warm.</param>
internal sealed class PlacedSampler(TimeProvider clock, Action? evict = null)
{
    /// <summary>
    /// Untimed, before a sample. After another model's turn it takes some ten inferences, a few milliseconds, until a model is as fast as in a row: a last cache that takes what the
    /// inner ones give up fills slowly. In between the larger model loses less than the smaller one by comparison, and fewer repetitions look slower.
    /// </summary>
    private const double SettlingSeconds = 5e-3;
    private const double SampleSeconds = 2e-3;
    private const double BlockSeconds = 0.04;
    private const int MostRounds = 8;

    private readonly Sampler _sampler = new(clock);

    /// <summary>Times the one program of a placement.</summary>
    public LatencyEstimate Measure(Func<IPlacement> place, CompareOptions options)
    {
        var blocks = new List<Block>();
        Run(place, blocks, () => MedianInterval.Of(Column(blocks, 0)).RelativeWidth() <= options.RelativeWidth, options.TimeLimit, options.TimeLimit);
        return Estimate(blocks, 0);
    }

    /// <summary>Compares the second program of a placement with the first. Where the limit ends before an interval can be made it may take twice as long.</summary>
    public RatioEstimate Compare(Func<IPlacement> place, CompareOptions options)
    {
        var blocks = new List<Block>();
        Run(place, blocks, () => IsEnough(Ratio(blocks), options), options.TimeLimit, 2 * options.TimeLimit);
        var ratio = Ratio(blocks);
        return new RatioEstimate(ratio.Median, ratio.Low, ratio.High, Estimate(blocks, 0), Estimate(blocks, 1), blocks.Sum(b => b.Rounds))
        {
            IsInterval = blocks.Count >= RepeatedLooks.First,
        };
    }

    private static LatencyEstimate Ratio(List<Block> blocks) => RepeatedLooks.Interval([.. blocks.Select(b => b.Ratio)]);

    private static bool IsEnough(LatencyEstimate ratio, CompareOptions options) =>
        ratio.RelativeWidth() <= options.RelativeWidth || ratio.Low > options.DecidedAt
        || (ratio.High < options.DecidedAt && (options.WidthBelow is not { } width || ratio.RelativeWidth() <= width));

    /// <param name="firstLookLimit">The limit while there are too few blocks for a first look.</param>
    private void Run(Func<IPlacement> place, List<Block> blocks, Func<bool> isEnough, TimeSpan limit, TimeSpan firstLookLimit)
    {
        var started = clock.GetTimestamp();
        var look = RepeatedLooks.First;
        while (true)
        {
            using (var placement = place()) blocks.Add(RunBlock(placement.Programs, blocks.Count));
            if (clock.GetElapsedTime(started) >= (blocks.Count < RepeatedLooks.First ? firstLookLimit : limit)) return;
            if (blocks.Count < look) continue;
            // Looks at growing distances: looking after every block would stop at the first interval that is narrow by luck.
            look = RepeatedLooks.After(blocks.Count);
            if (isEnough()) return;
        }
    }

    private Block RunBlock(IReadOnlyList<Action<int>> programs, int number)
    {
        // Each program gets about the same time a sample; cold, only one run is.
        int[] repetitions = [.. programs.Select(p => evict is null ? _sampler.Pilot(p, SampleSeconds).Repetitions : 1)];
        var started = clock.GetTimestamp();
        var rounds = new List<double[]>();
        while (rounds.Count < 2 || (rounds.Count < MostRounds && _sampler.Seconds(started) < BlockSeconds))
        {
            var seconds = new double[programs.Count];
            for (var i = 0; i < programs.Count; i++)
            {
                var program = (number + rounds.Count) % 2 == 0 ? i : programs.Count - 1 - i;
                if (evict is null) Settle(programs[program]);
                else programs[program](1);
                evict?.Invoke();
                seconds[program] = _sampler.Sample(programs[program], repetitions[program]);
            }

            rounds.Add(seconds);
        }

        return new Block(
            [.. Enumerable.Range(0, programs.Count).Select(p => MedianInterval.Median([.. rounds.Select(r => r[p])]))],
            programs.Count < 2 ? 1 : MedianInterval.Median([.. rounds.Select(r => r[1] / r[0])]),
            rounds.Count);
    }

    /// <summary>What is wanted is the time of inference after inference, whoever ran before.</summary>
    private void Settle(Action<int> program)
    {
        var started = clock.GetTimestamp();
        do program(1);
        while (_sampler.Seconds(started) < SettlingSeconds);
    }

    private static LatencyEstimate Estimate(List<Block> blocks, int program) => MedianInterval.Of(Column(blocks, program));

    private static double[] Column(List<Block> blocks, int program) => [.. blocks.Select(b => b.Seconds[program])];

    /// <param name="Seconds">Median time of each program.</param>
    /// <param name="Ratio">Median over rounds of the second's time over the first's.</param>
    private sealed record Block(double[] Seconds, double Ratio, int Rounds);
}
