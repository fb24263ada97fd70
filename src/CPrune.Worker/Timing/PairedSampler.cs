using CPrune.Devices;
using CPrune.Devices.Statistics;

namespace CPrune.Worker.Timing;

/// <summary>
/// Times two actions in turn, with the order alternating from round to round, so that whatever slows the machine for longer than a round
/// slows both; the estimate is the median of the rounds' ratios.
/// </summary>
internal sealed class PairedSampler(TimeProvider clock)
{
    private const double SampleSeconds = 1e-3;
    private const int FirstLook = 12;

    private readonly Sampler _sampler = new(clock);

    public RatioEstimate Compare(Action<int> old, Action<int> @new, Action<int> control, CompareOptions options)
    {
        // The same repetitions for both would make the slower one's samples longer; equal time resolves the ratio better.
        var oldRepetitions = _sampler.Pilot(old, SampleSeconds).Repetitions;
        var newRepetitions = _sampler.Pilot(@new, SampleSeconds).Repetitions;
        var controlRepetitions = _sampler.Pilot(control, SampleSeconds / 4).Repetitions;
        List<double> olds = [], news = [], ratios = [], controls = [];
        var started = clock.GetTimestamp();
        var look = FirstLook;
        while (true)
        {
            controls.Add(_sampler.Sample(control, controlRepetitions));
            var oldFirst = olds.Count % 2 == 0;
            if (oldFirst) olds.Add(_sampler.Sample(old, oldRepetitions));
            news.Add(_sampler.Sample(@new, newRepetitions));
            if (!oldFirst) olds.Add(_sampler.Sample(old, oldRepetitions));
            ratios.Add(news[^1] / olds[^1]);
            var late = _sampler.Seconds(started) >= options.TimeLimit.TotalSeconds;
            if (!late && ratios.Count < look) continue;
            look = ratios.Count + ratios.Count / 3;
            var ratio = MedianInterval.Of(ratios);
            if (late || IsEnough(ratio, options))
            {
                return new RatioEstimate(
                    ratio.Median, ratio.Low, ratio.High, MedianInterval.Of(olds), MedianInterval.Of(news), ratios.Count, Drift(controls));
            }
        }
    }

    private static bool IsEnough(LatencyEstimate ratio, CompareOptions options) =>
        ratio.RelativeWidth() <= options.RelativeWidth || ratio.High < options.DecidedAt || ratio.Low > options.DecidedAt;

    /// <summary>The control's last third over its first third, less one.</summary>
    private static double Drift(List<double> controls)
    {
        var third = Math.Max(1, controls.Count / 3);
        return MedianInterval.Median(controls[^third..]) / MedianInterval.Median(controls[..third]) - 1;
    }
}
