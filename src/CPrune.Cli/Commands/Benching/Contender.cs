using CPrune.Devices.Statistics;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands.Benching;

/// <summary>One of several ways to run the same model.</summary>
/// <param name="Role">Null for one that takes its turns, but not part in the comparison.</param>
/// <param name="RunOnce">Runs one image.</param>
internal sealed record Contender(string Name, ContenderRole? Role, Action RunOnce, IDisposable Resource);

/// <param name="Seconds">Median of one image.</param>
/// <param name="Samples">Medians of the turns, in order.</param>
internal sealed record ContenderTime(Contender Contender, double Seconds, IReadOnlyList<double> Samples)
{
    /// <summary>Median over the turns of this contender's time against the other's in the same turn: slow drift of the machine cancels.</summary>
    public double RatioTo(ContenderTime other) => MedianInterval.Median([.. Samples.Zip(other.Samples, (mine, its) => mine / its)]);
}
