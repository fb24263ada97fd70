using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Share of the accepted model's time that a global choice is to save next: halved after a candidate that lost too much accuracy, doubled after one that lost little, and growing where one was not
/// as fast as foreseen.
/// </summary>
public static class SavingSchedule
{
    public const double Least = 0.01;

    private const double First = 0.16, Most = 0.5, Growth = 1.5;

    /// <returns>Null where the most was not enough to be faster, or the least too inaccurate.</returns>
    public static double? Next(IEnumerable<CutOutcome> history)
    {
        var (share, growth) = (First, 1.0);
        foreach (var outcome in history)
        {
            switch (outcome.Verdict)
            {
                case Verdict.TooSlow when share * growth >= Most:
                    return null;
                case Verdict.TooSlow:
                    growth = Math.Min(Most / share, growth * Growth);
                    break;
                case Verdict.Accepted:
                    (share, growth) = (outcome.WasCheap ? Math.Min(Most, share * 2) : share, 1);
                    break;
                default:
                    share = outcome.Extent!.Value / growth / 2;
                    break;
            }
        }

        return share * growth is >= Least and var next ? next : null;
    }
}
