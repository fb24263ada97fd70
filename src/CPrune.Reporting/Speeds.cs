using System.Collections.Immutable;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting;

/// <summary>A candidate's speed against the original's.</summary>
/// <param name="Speed">1 is the original's; for an accepted candidate of a walk it is at least that.</param>
/// <param name="IsBest">The search stands at this candidate from here on.</param>
public sealed record CandidateSpeed(CandidateRecord Candidate, double Speed, double? Low, double? High, bool IsAtLeast, bool IsBest);

/// <summary>
/// Speeds against the original. A candidate of a planned search was timed in turn with the original. One of a walk was timed in turn with the accepted
/// model, so that its ratios have to be chained (<see cref="LatencyChain"/>). A machine that becomes slower meanwhile bends neither.
/// </summary>
public static class Speeds
{
    /// <summary>Whether all widths were chosen at once; if not, the run was a walk from cut to cut.</summary>
    public static bool IsPlanned(string policy) => PolicyCatalog.WalkOrNull(policy) is null;

    /// <summary>Of the result; 1 if it is the original itself.</summary>
    public static double OfResult(RunRecord record) =>
        record is { IsOriginal: false, After: { } after } ? record.Before.LatencySeconds / after.LatencySeconds : 1;

    /// <summary>Of all candidates that have a ratio.</summary>
    public static ImmutableArray<CandidateSpeed> OfCandidates(RunRecord record) => IsPlanned(record.Policy) ? Planned(record) : Chained(record);

    private static ImmutableArray<CandidateSpeed> Planned(RunRecord record)
    {
        var speeds = ImmutableArray.CreateBuilder<CandidateSpeed>();
        var best = 1.0;
        foreach (var c in record.Candidates)
        {
            if (c.Ratio is not { } ratio) continue;
            var isBest = c.Verdict == Verdict.Accepted && 1 / ratio >= best;
            if (isBest) best = 1 / ratio;
            speeds.Add(new CandidateSpeed(c, 1 / ratio, 1 / c.RatioHigh, 1 / c.RatioLow, false, isBest));
        }

        return speeds.ToImmutable();
    }

    private static ImmutableArray<CandidateSpeed> Chained(RunRecord record)
    {
        var speeds = ImmutableArray.CreateBuilder<CandidateSpeed>();
        var accepted = 1.0;
        foreach (var c in record.Candidates)
        {
            if (c.Ratio is not { } ratio) continue;
            var isAccepted = c.Verdict == Verdict.Accepted;
            var speed = accepted / (isAccepted ? LatencyChain.Link(c) : ratio);
            speeds.Add(new CandidateSpeed(c, speed, accepted / c.RatioHigh, accepted / c.RatioLow, isAccepted && c.RatioHigh is not null, isAccepted));
            if (isAccepted) accepted = speed;
        }

        return speeds.ToImmutable();
    }
}
