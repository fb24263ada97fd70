using CPrune.Devices;

namespace CPrune.Pruning.Gates;

/// <summary>
/// Passes a candidate whose latency is at most <paramref name="Beta"/> of the accepted model's (docs/how-it-works.md, "The walk", step 3). The two are timed in turn and
/// the upper end of the ratio's interval decides, so that noise passes a candidate that is just not fast enough once in a hundred times at most
/// (<see cref="CPrune.Devices.Statistics.RepeatedLooks"/>).
/// </summary>
public sealed record LatencyGate(double Beta)
{
    /// <summary>Width of the ratio's interval at which more timings are not worth their while: half the gain the gate asks for.</summary>
    public double ResolvingWidth => Math.Max(0.002, (1 - Beta) / 2);

    /// <summary>Width at which the gain of a candidate that passes is known well enough: accuracy is paid for it.</summary>
    public const double PassingWidth = 0.03;

    public bool Passes(RatioEstimate ratio) => ratio.IsInterval && ratio.High <= Beta;

    public string Explain(RatioEstimate ratio) => this switch
    {
        _ when !ratio.IsInterval => $"the time for a comparison ended after {ratio.Rounds} rounds, too few to tell",
        _ when Passes(ratio) => $"latency {ratio.Ratio:P1} of the accepted model's (at most {ratio.High:P1})",
        _ => $"latency {ratio.Ratio:P1} of the accepted model's, at worst {ratio.High:P1}, is above the gate of {Beta:P1}",
    };
}
