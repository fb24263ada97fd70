using CPrune.Devices;
using CPrune.Devices.Statistics;
using CPrune.Worker.Timing;

namespace CPrune.Tuning.Tests.Devices;

public class PlacedSamplerTests
{
    private readonly ManualTime _time = new();
    private readonly Random _random = new(2);

    [Fact]
    public void A_comparison_sees_two_per_cent_through_shared_noise()
    {
        var machine = 1e-3;
        // The machine changes from sample to sample by up to five per cent and from block to block by tens, for both alike.
        Func<IPlacement> place = () =>
        {
            machine = 1e-3 * (1 + 0.5 * _random.NextDouble());
            return Placed(() => machine * Noise(0.05), () => 0.98 * machine * Noise(0.05));
        };
        var ratio = new PlacedSampler(_time).Compare(place, new CompareOptions(0.004, TimeSpan.FromSeconds(60), DecidedAt: null));
        Assert.InRange(ratio.Ratio, 0.975, 0.985);
        Assert.True(ratio.High < 0.99, $"{ratio}");
        Assert.True(ratio.Old.RelativeWidth() > 0.02, "the absolute times must be the noisy ones");
    }

    /// <summary>Equal programs of which some placements favour one by up to five per cent: a single placement would be surely wrong.</summary>
    [Fact]
    public void Luck_of_placement_does_not_look_like_a_difference()
    {
        var wrong = 0;
        for (var experiment = 0; experiment < 200; experiment++)
        {
            Func<IPlacement> place = () =>
            {
                var (old, @new) = (Noise(0.05), Noise(0.05));
                return Placed(() => 1e-3 * old, () => 1e-3 * @new);
            };
            var ratio = new PlacedSampler(_time).Compare(place, new CompareOptions(0.01, TimeSpan.FromSeconds(2), DecidedAt: null));
            if (ratio.Low > 1 || ratio.High < 1) wrong++;
        }

        Assert.InRange(wrong, 0, 200 * 0.1);
    }

    /// <summary>A program finds its data in the caches after some runs in a row, as it would in a row of inferences; that is what is timed.</summary>
    [Theory]
    [InlineData(1e-3, 0.25e-3)]
    [InlineData(0.25e-3, 1e-3)]
    public void Both_are_timed_warm_or_cold_whatever_the_order(double old, double other)
    {
        var (last, inRow) = (0, 0);
        Action<int> Program(int number, double seconds) => times =>
        {
            for (var time = 0; time < times; time++, last = number)
            {
                inRow = last == number ? inRow + 1 : 0;
                _time.Advance(seconds + (0.05e-3 * Math.Max(0, 4 - inRow)));
            }
        };
        var placement = new Placement([Program(1, old), Program(2, other)], () => { });
        var warm = new PlacedSampler(_time).Compare(() => placement, new CompareOptions(0.01, TimeSpan.FromSeconds(5), DecidedAt: null));
        Assert.Equal((other / old, old, other), (Math.Round(warm.Ratio, 9), Math.Round(warm.Old.Median, 9), Math.Round(warm.New.Median, 9)));
        var cold = new PlacedSampler(_time, () => last = 0).Compare(() => placement, new CompareOptions(0.01, TimeSpan.FromSeconds(5), DecidedAt: null));
        Assert.Equal((Math.Round(old + 0.2e-3, 6), Math.Round(other + 0.2e-3, 6)), (Math.Round(cold.Old.Median, 6), Math.Round(cold.New.Median, 6)));
    }

    [Fact]
    public void A_comparison_stops_once_decided()
    {
        var options = new CompareOptions(1e-9, TimeSpan.FromSeconds(100), DecidedAt: 0.99);
        var ratio = new PlacedSampler(_time).Compare(() => Placed(() => 1e-3 * Noise(0.1), () => 0.5e-3 * Noise(0.1)), options);
        Assert.True(ratio.High < 0.99);
        Assert.Equal(10 * 3, ratio.Rounds);
    }

    [Theory]
    [InlineData(0.5, 0.02)] // Below: on until it is narrow.
    [InlineData(3.0, 1)] // Above: the side is enough.
    public void What_lies_below_is_measured_until_it_is_known_how_far(double ratio, double width)
    {
        var options = new CompareOptions(1e-9, TimeSpan.FromSeconds(100), DecidedAt: 0.99) { WidthBelow = 0.02 };
        var estimate = new PlacedSampler(_time).Compare(() => Placed(() => 1e-3 * Noise(0.4), () => ratio * 1e-3 * Noise(0.4)), options);
        Assert.InRange((estimate.High - estimate.Low) / estimate.Ratio, 0, width);
        Assert.Equal(ratio > 1, estimate.Rounds <= 10 * 3);
    }

    [Fact]
    public void A_comparison_ends_with_its_time()
    {
        new PlacedSampler(_time).Compare(() => Placed(() => 1e-3 * Noise(0.1), () => 1e-3 * Noise(0.1)), new CompareOptions(0, TimeSpan.FromSeconds(1), DecidedAt: null));
        Assert.InRange(_time.GetElapsedTime(0).TotalSeconds, 1, 1.2);
    }

    [Fact]
    public void One_program_is_timed_over_placements()
    {
        var estimate = new PlacedSampler(_time).Measure(() => Placed(() => 2e-3), new CompareOptions(0.01, TimeSpan.FromSeconds(9), DecidedAt: null));
        Assert.Equal((2e-3, 10), (Math.Round(estimate.Median, 9), estimate.Samples));
    }

    [Fact]
    public void Every_placement_is_given_back()
    {
        var (open, most) = (0, 0);
        new PlacedSampler(_time).Measure(
            () =>
            {
                most = Math.Max(most, ++open);
                return Placed([() => 1e-3], () => open--);
            },
            new CompareOptions(0.01, TimeSpan.FromSeconds(9), DecidedAt: null));
        Assert.Equal((0, 1), (open, most));
    }

    private double Noise(double share) => 1 + share * _random.NextDouble();

    private Placement Placed(params Func<double>[] seconds) => Placed(seconds, () => { });

    private Placement Placed(Func<double>[] seconds, Action dispose) => new([.. seconds.Select(Taking)], dispose);

    private Action<int> Taking(Func<double> seconds) => times =>
    {
        for (var time = 0; time < times; time++) _time.Advance(seconds());
    };

    private sealed class Placement(IReadOnlyList<Action<int>> programs, Action dispose) : IPlacement
    {
        public IReadOnlyList<Action<int>> Programs => programs;

        public void Dispose() => dispose();
    }
}
