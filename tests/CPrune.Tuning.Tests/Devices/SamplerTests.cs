using CPrune.Devices.Host.Protocol;
using CPrune.Worker.Timing;

namespace CPrune.Tuning.Tests.Devices;

public class SamplerTests
{
    private static readonly TimingPlan Plan = new(100e-6, 0.01, 0.05);

    private readonly ManualTime _time = new();

    [Fact]
    public void A_steady_action_is_timed_exactly_and_briefly()
    {
        var estimate = new Sampler(_time).Measure(Taking(() => 3e-6), Plan, giveUpAbove: null);
        Assert.Equal(3e-6, estimate.Median, 1e-9);
        Assert.Equal(10, estimate.Samples);
    }

    [Fact]
    public void Short_runs_are_repeated_until_a_sample_can_be_timed()
    {
        var (repetitions, seconds) = new Sampler(_time).Pilot(Taking(() => 2e-6), 100e-6);
        Assert.InRange(repetitions * 2e-6, 100e-6, 400e-6);
        Assert.Equal(2e-6, seconds, 1e-9);
    }

    [Fact]
    public void A_pilot_that_was_preempted_does_not_end_the_search_for_repetitions()
    {
        var first = true;
        var (repetitions, _) = new Sampler(_time).Pilot(
            times =>
            {
                _time.Advance(first ? 5e-3 : 2e-6 * times);
                first = false;
            },
            100e-6);
        Assert.InRange(repetitions * 2e-6, 100e-6, 400e-6);
    }

    [Fact]
    public void A_hopeless_candidate_is_run_once()
    {
        var runs = 0;
        var estimate = new Sampler(_time).Measure(
            times =>
            {
                runs += times;
                _time.Advance(0.2 * times);
            },
            Plan,
            giveUpAbove: 0.1);
        Assert.Equal((0.2, 1, 1), (Math.Round(estimate.Median, 6), estimate.Samples, runs));
    }

    /// <summary>A run that finds its data where the run before left it takes a third of the time.</summary>
    [Fact]
    public void Cold_runs_are_timed_one_by_one_after_emptying_the_caches()
    {
        var (isCold, sweeps) = (false, 0);
        var estimate = new Sampler(_time).Measure(
            times =>
            {
                for (var time = 0; time < times; time++, isCold = false) _time.Advance(isCold ? 3e-6 : 1e-6);
            },
            TimingPlan.ColdKernel,
            giveUpAbove: null,
            prepare: () =>
            {
                (isCold, sweeps) = (true, sweeps + 1);
                _time.Advance(6e-3);
            });
        Assert.Equal(3e-6, estimate.Median, 1e-9);
        // One for the pilot and two to warm up what is no cache.
        Assert.Equal(estimate.Samples + 3, sweeps);
    }

    [Fact]
    public void A_noisy_action_is_sampled_until_the_budget_ends()
    {
        var random = new Random(1);
        var estimate = new Sampler(_time).Measure(Taking(() => 1e-3 * (1 + random.NextDouble())), Plan, giveUpAbove: null);
        Assert.InRange(estimate.Samples, 20, 50);
        Assert.InRange(estimate.Median, 1.3e-3, 1.7e-3);
    }

    private Action<int> Taking(Func<double> seconds) => times =>
    {
        for (var time = 0; time < times; time++) _time.Advance(seconds());
    };
}
