using System.Globalization;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>
/// The same share of every group goes, with widths rounded to multiples of eight: what people do who look at no layer and no device. The share grows from
/// model to model; after one that costs too much accuracy it grows half as fast, after one that costs little twice as fast.
/// </summary>
public sealed class UniformCuts : IPolicy
{
    private const int Rounding = 8;
    private const double FirstStep = 0.1;
    private const double LeastStep = 0.0125;

    public string Name => "uniform";

    public ValueTask<PolicyDecision> NextAsync(PolicyView view, CancellationToken cancellation) => ValueTask.FromResult(Next(view));

    /// <summary>Channels that a group keeps when a share of its original ones goes.</summary>
    public static int WidthAt(int original, double share)
    {
        if (original <= Rounding) return GroupFloors.LeftOf(original, share);
        return Math.Max(Rounding, (int)Math.Round(original * (1 - share) / Rounding, MidpointRounding.AwayFromZero) * Rounding);
    }

    private static PolicyDecision Next(PolicyView view)
    {
        var (share, step) = Standing(view.History);
        step = view.SavingOf(step);
        while (step >= LeastStep)
        {
            var cut = CutTo(view, share + step);
            if (share + step > view.Limits.MaxLayerCut || view.WasRefused(cut)) step /= 2;
            else if (cut.Groups.IsEmpty) share += step;
            else return new PolicyDecision.Try(cut);
        }

        return new PolicyDecision.Over("no larger share of all groups passes both gates");
    }

    /// <summary>The largest share that is known to be too small or was accepted, and by how much more to try.</summary>
    private static (double Share, double Step) Standing(IEnumerable<CutOutcome> history)
    {
        var (share, step) = (0.0, FirstStep);
        foreach (var outcome in history)
        {
            if (outcome.Verdict is Verdict.Accepted or Verdict.TooSlow) share = outcome.Extent!.Value;
            else step /= 2;
            if (outcome is { Verdict: Verdict.Accepted, WasCheap: true }) step *= 2;
        }

        return (share, step);
    }

    private static Cut CutTo(PolicyView view, double share)
    {
        var cuts = view.Analysis.Groups.Where(g => g.Prunable).Select(g => (Group: g, Filters: g.Channels - Width(view, g, share))).Where(c => c.Filters > 0).ToList();
        return new Cut(
            "all groups", string.Create(CultureInfo.InvariantCulture, $"{cuts.Count} groups"), [.. cuts.Select(c => new GroupCut(c.Group.Id, c.Filters))],
            [.. cuts.SelectMany(c => c.Group.Layers).Distinct(StringComparer.Ordinal)], string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} % of the original's filters, rounded to {Rounding}"))
        { Extent = share };
    }

    private static int Width(PolicyView view, ChannelGroup group, double share) =>
        Math.Max(view.Floors.LeastOf(group), WidthAt(view.Floors.OriginalOf(group), share));
}
