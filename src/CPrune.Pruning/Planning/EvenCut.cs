using System.Globalization;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;

namespace CPrune.Pruning.Planning;

/// <summary>The same share of every group goes: the simplest plan, and the control for all others.</summary>
public static class EvenCut
{
    /// <summary>The share is found to this accuracy.</summary>
    private const double Resolution = 1.0 / 256;

    /// <param name="share">Of the original's channels.</param>
    public static Cut At(PlanView view, double share)
    {
        var cuts = view.Analysis.Groups.Where(g => g.Prunable).Select(g => new GroupCut(g.Id, Filters(view, g, share))).Where(c => c.Filters > 0).ToList();
        return new Cut(
            "all groups", string.Create(CultureInfo.InvariantCulture, $"{cuts.Count} groups"), [.. cuts],
            [.. cuts.SelectMany(c => view.Analysis.Groups[c.Group].Layers).Distinct(StringComparer.Ordinal)],
            string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} % of the original's filters of every group"));
    }

    /// <summary>The smallest even cut whose cost is within a target.</summary>
    /// <param name="costOf">Falls as more is cut.</param>
    /// <returns>Null if the largest cut that is allowed costs more, or nothing can be cut.</returns>
    public static Cut? Within(PlanView view, Func<Cut, double> costOf, double target)
    {
        var (low, high) = (0.0, view.MostShare);
        if (costOf(At(view, high)) > target) return null;
        while (high - low > Resolution)
        {
            var middle = (low + high) / 2;
            if (costOf(At(view, middle)) <= target) high = middle;
            else low = middle;
        }

        var cut = At(view, high);
        return cut.Layers.IsEmpty ? null : cut;
    }

    private static int Filters(PlanView view, ChannelGroup group, double share)
    {
        var kept = Math.Max(view.Floors.LeastOf(group), GroupFloors.LeftOf(view.Floors.OriginalOf(group), share));
        return Math.Max(0, group.Channels - kept);
    }
}
