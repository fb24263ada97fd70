using CPrune.Devices.Statistics;

namespace CPrune.Tuning.Search;

/// <summary>
/// Knows how long the control kernel usually takes in this session. Only the machine can change that time (its clock frequency, its neighbours), so a
/// measurement beside which it was another is not comparable with the rest.
/// </summary>
internal sealed class DriftWatch
{
    /// <summary>
    /// Departure from the usual time that counts, as a share. Two neighbours at full load on both cores move the median of six looks by more than this beside one
    /// measurement in thirty.
    /// </summary>
    private const double Tolerance = 0.03;

    /// <summary>Looks that the usual time is the median of; a machine that has changed for good is the usual one after half as many.</summary>
    private const int Window = 48;

    /// <summary>Fewer do not tell what is usual.</summary>
    private const int FewestLooks = 6;

    private readonly Queue<double> _latest = new();

    public void Note(double controlSeconds)
    {
        _latest.Enqueue(controlSeconds);
        if (_latest.Count > Window) _latest.Dequeue();
    }

    /// <summary>How far from the usual time, as a share of it; 0 while nothing is usual yet.</summary>
    public double Departure(double controlSeconds) =>
        _latest.Count < FewestLooks ? 0 : Math.Abs(controlSeconds / MedianInterval.Median(_latest) - 1);

    public bool HasDrifted(double controlSeconds) => Departure(controlSeconds) > Tolerance;
}
