using CPrune.Devices;
using CPrune.Worker.Timing;

namespace CPrune.Tuning.Tests.Devices;

/// <summary>How often a latency gate of one per cent errs, and what its answer costs, on a machine whose timings are bad. The comparison is the real one.</summary>
public class GateErrorTests
{
    private const double Beta = 0.99;
    private const double OldSeconds = 0.5e-3;

    /// <summary>As the walk asks.</summary>
    private static readonly CompareOptions s_gate = new(0.005, TimeSpan.FromSeconds(8), Beta) { WidthBelow = 0.03 };

    /// <param name="ratio">The candidate's true time over the accepted model's.</param>
    /// <param name="fewest">Share of experiments that accept it, at least.</param>
    /// <param name="most">At most.</param>
    /// <param name="rounds">Mean number of rounds until the answer, at most; in a round each program is timed once.</param>
    [Theory]
    [InlineData(1.00, 0, 0, 200)]
    [InlineData(0.99, 0, 0.02, 600)]
    [InlineData(0.98, 0.98, 1, 200)]
    [InlineData(0.97, 0.99, 1, 110)]
    public void A_gate_of_one_per_cent_errs_rarely(double ratio, double fewest, double most, double rounds)
    {
        const int experiments = 300;
        var answers = Enumerable.Range(0, experiments).Select(seed => Compare(ratio, seed)).ToList();
        var accepted = (double)answers.Count(a => a.IsInterval && a.High <= Beta) / experiments;
        var cost = answers.Average(a => a.Rounds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{ratio}: {accepted:P1} accepted, {cost:0} rounds");
        Assert.InRange(accepted, fewest, most);
        Assert.InRange(cost, 0, rounds);
    }

    [Fact]
    public void The_interval_holds_the_true_ratio_in_98_of_100_comparisons()
    {
        const int experiments = 300;
        var held = Enumerable.Range(0, experiments).Select(seed => Compare(0.99, seed)).Count(a => a.Low <= 0.99 && 0.99 <= a.High);
        Assert.InRange((double)held / experiments, 0.97, 1);
    }

    private static RatioEstimate Compare(double ratio, int seed)
    {
        var time = new ManualTime();
        var machine = new NoisyMachine(time, seed);
        return new PlacedSampler(time).Compare(() => machine.Place(OldSeconds, ratio * OldSeconds), s_gate);
    }
}
