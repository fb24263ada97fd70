using CPrune.Devices;
using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Statistics;
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

    [Fact]
    public void A_noisy_action_is_sampled_until_the_budget_ends()
    {
        var random = new Random(1);
        var estimate = new Sampler(_time).Measure(Taking(() => 1e-3 * (1 + random.NextDouble())), Plan, giveUpAbove: null);
        Assert.InRange(estimate.Samples, 20, 50);
        Assert.InRange(estimate.Median, 1.3e-3, 1.7e-3);
    }

    [Fact]
    public void A_comparison_sees_one_per_cent_through_shared_noise()
    {
        var random = new Random(2);
        var machine = 1.0;
        var slowness = Taking(() => machine);
        Action<int> control = times =>
        {
            // The machine changes from round to round by tens of per cent, for both alike.
            machine = 1e-3 * (1 + 0.5 * random.NextDouble());
            slowness(times);
        };
        var ratio = new PairedSampler(_time).Compare(
            Taking(() => machine * (1 + 0.01 * random.NextDouble())),
            Taking(() => 0.98 * machine * (1 + 0.01 * random.NextDouble())),
            control,
            new CompareOptions(0.004, TimeSpan.FromSeconds(10), DecidedAt: null));
        Assert.InRange(ratio.Ratio, 0.977, 0.983);
        Assert.True(ratio.High < 0.99, $"{ratio}");
        Assert.True(ratio.Old.RelativeWidth() > 0.05, "the absolute times must be the noisy ones");
    }

    [Fact]
    public void A_comparison_stops_once_decided()
    {
        var random = new Random(3);
        var options = new CompareOptions(1e-9, TimeSpan.FromSeconds(100), DecidedAt: 0.99);
        var ratio = new PairedSampler(_time).Compare(
            Taking(() => 1e-3 * (1 + 0.1 * random.NextDouble())), Taking(() => 0.5e-3 * (1 + 0.1 * random.NextDouble())), Taking(() => 1e-4), options);
        Assert.Equal(12, ratio.Rounds);
        Assert.True(ratio.High < 0.99);
    }

    [Fact]
    public void A_comparison_ends_with_its_time_and_tells_drift()
    {
        var started = 0.0;
        var ratio = new PairedSampler(_time).Compare(
            Taking(() => 1e-3 * (started += 1)), Taking(() => 1e-3 * started), Taking(() => 1e-3 * (1 + started / 100)),
            new CompareOptions(0, TimeSpan.FromSeconds(1), DecidedAt: null));
        Assert.True(ratio.Drift > 0.05, $"{ratio}");
        Assert.InRange(_time.GetElapsedTime(0).TotalSeconds, 1, 3);
    }

    private Action<int> Taking(Func<double> seconds) => times =>
    {
        for (var time = 0; time < times; time++) _time.Advance(seconds());
    };
}
