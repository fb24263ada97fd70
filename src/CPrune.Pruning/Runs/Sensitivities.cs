using System.Collections.Immutable;
using System.Globalization;
using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>Looks at the original without each of its parts when a policy first asks for one of that kind, and at the accepted model with the cuts a policy hesitates between; every answer is journaled.</summary>
/// <param name="accepted">The accepted model's graph.</param>
internal sealed class Sensitivities(RunSession session, ModelGraph accepted, CancellationToken cancellation) : ISensitivities
{
    /// <summary>A part that makes no difference on some hundred images may make one on others.</summary>
    private const double Least = 1e-4;

    /// <summary>Worse than any guess: the model is broken without the part.</summary>
    private const double Most = 100;

    private readonly Lazy<GroupFloors> _floors = new(() => GroupFloors.Of(session.Original, session.Request.Limits.MaxLayerCut, [.. session.Request.Limits.LayerCaps]));

    private ImmutableDictionary<string, double>? _blocks, _groups;

    public double Without(ResidualBlock block) =>
        (_blocks ??= LookAt(ResidualBlocks.Of(session.Original).Select(b => new Part(KeyOf(b), () => BlockRemover.Remove(session.Original, b))))).GetValueOrDefault(KeyOf(block), Most);

    public GroupWorth Of(ChannelGroup group)
    {
        _groups ??= LookAt(Prunable().SelectMany(g => LooksAt(g).Select(filters => new Part(KeyOf(g, filters), () => Without(g, filters)))));
        var whole = Origin(Prunable(), group);
        return new GroupWorth([.. LooksAt(whole).Select(filters => new GroupLook(filters, _groups[KeyOf(whole, filters)]))], LossCurve(whole), whole.Channels);
    }

    public double LossAfter(Cut cut)
    {
        var key = $"{session.State.Accepted[^1].Blob} without {cut.Removed}";
        if (session.State.LossesOfCuts.TryGetValue(key, out var known)) return known;
        var images = session.State.Plan!.GlanceImages(session.Request.TimeLimit, 1) / 2;
        var loss = session.Accuracy.Glance(ModelCut.Apply(session.SaliencyContextOf(accepted, cancellation), cut, session.Services.Saliency), images, cancellation);
        session.Append(new JournalEntry.CutWeighed(key, double.IsFinite(loss) ? Math.Min(loss, Most) : Most));
        return session.State.LossesOfCuts[key];
    }

    /// <summary>The original's group whose layers are most alike: a layer may make channels of several groups, and layers may be gone with their blocks.</summary>
    internal static ChannelGroup Origin(IReadOnlyList<ChannelGroup> groups, ChannelGroup group) => groups.MaxBy(g =>
        (double)g.Layers.Intersect(group.Layers, StringComparer.Ordinal).Count() / g.Layers.Union(group.Layers, StringComparer.Ordinal).Count())!;

    private static string KeyOf(ResidualBlock block) => $"block {block.Name}";

    private static string KeyOf(ChannelGroup group, int filters) =>
        string.Create(CultureInfo.InvariantCulture, $"{filters} of {group.Channels} filters of {group.Id} {string.Join(' ', group.Layers)}");

    private SaliencyContext Original() => session.SaliencyContextOfOriginal(cancellation);

    private ImmutableArray<ChannelGroup> Prunable() => [.. Original().Analysis.Groups.Where(g => g.Prunable)];

    private double[] LossCurve(ChannelGroup group) => session.Services.Saliency.LossCurve(Original(), group);

    /// <summary>Half of a group, and as many filters as may go: what costs nothing at half may cost much later.</summary>
    private IEnumerable<int> LooksAt(ChannelGroup group)
    {
        var most = Math.Min(group.Channels - _floors.Value.LeastOf(group), LossCurve(group).Length - 1);
        return new[] { Math.Min(group.Channels / 2, most), most }.Where(filters => filters > 0).Distinct();
    }

    private ModelGraph Without(ChannelGroup group, int filters) => ChannelRemover.Remove(
        session.Original, Original().Analysis,
        new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = session.Services.Saliency.Lowest(Original(), group, filters) });

    private ImmutableDictionary<string, double> LookAt(IEnumerable<Part> all)
    {
        var parts = all.ToList();
        var images = session.State.Plan!.GlanceImages(session.Request.TimeLimit, parts.Count);
        var own = new Lazy<double>(() => session.Accuracy.Glance(session.Original, images, cancellation));
        for (var i = 0; i < parts.Count; i++)
        {
            if (session.State.Sensitivities.ContainsKey(parts[i].Key)) continue;
            session.Progress.Report(new RunEvent.PhaseAdvanced(PhaseClock.Choosing, i, parts.Count, "parts", "what each is worth"));
            var without = session.Accuracy.Glance(parts[i].Without(), images, cancellation);
            session.Append(new JournalEntry.PartWeighed(parts[i].Key, double.IsFinite(without) ? Math.Clamp(without - own.Value, Least, Most) : Most));
        }

        return session.State.Sensitivities;
    }

    private sealed record Part(string Key, Func<ModelGraph> Without);
}
