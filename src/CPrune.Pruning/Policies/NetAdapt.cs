using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Pruning.Policies;

/// <summary>
/// NetAdapt (Yang et al., ECCV 2018). In every round each task by itself gives up enough filters for the same gain in latency. All of these models go
/// through the gates, and the most accurate one is accepted. A round trains as many models as there are tasks.
/// </summary>
public sealed class NetAdapt : IPolicy
{
    /// <summary>Share of the accepted model's latency that a round is to save (NetAdapt, section 4.1: 0.5 % to 4 % in the first round).</summary>
    private const double Saving = 0.04;

    public const string PolicyName = "netadapt";

    public string Name => PolicyName;

    public PolicyDecision Next(PolicyView view)
    {
        var memory = WalkMemory.Of(view.History);
        var visits = view.SinceAcceptance.CountBy(o => o.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var options = CutOptions.Of(view, memory).Where(o => view.MostAccurateProbe is null || !visits.ContainsKey(o.Key)).ToList();
        if (options.Count == 0)
        {
            return view.MostAccurateProbe is { } best
                ? new PolicyDecision.Choose(best)
                : new PolicyDecision.Over("no task passes both gates");
        }

        var next = options.OrderBy(o => visits.GetValueOrDefault(o.Key)).ThenByDescending(o => o.TotalSeconds).ThenBy(o => o.Rank)
            .ThenBy(o => o.Key, StringComparer.Ordinal).First();
        return new PolicyDecision.Try(Enlarged(view, next).ToCut(), IsProbe: true);
    }

    /// <summary>As many whole steps as it takes for the saving, by the share of the layers' time that goes with the filters.</summary>
    private static CutOption Enlarged(PolicyView view, CutOption option)
    {
        var groups = option.GroupIds.Select(id => view.Analysis.Groups[id]).ToImmutableArray();
        var wanted = (int)Math.Max(1, Math.Ceiling(Saving * view.TotalSeconds / (option.Filters * view.SecondsPerFilter(groups))));
        var room = groups.Min(g => g.Channels - view.Floors.LeastOf(g));
        var steps = Math.Max(1, Math.Min(wanted, room / option.Filters));
        return option with
        {
            Filters = steps * option.Filters,
            StepReason = string.Create(CultureInfo.InvariantCulture, $"{steps} × {option.Filters} for {Saving:P0} of the latency; {option.StepReason}"),
        };
    }
}
