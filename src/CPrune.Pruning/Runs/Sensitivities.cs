using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>Looks at the original without each of its parts when a policy first asks for one of that kind; every answer is journaled.</summary>
internal sealed class Sensitivities(RunSession session, CancellationToken cancellation) : ISensitivities
{
    /// <summary>A part that makes no difference on some hundred images may make one on others.</summary>
    private const double Least = 1e-4;

    /// <summary>Worse than any guess: the model is broken without the part.</summary>
    private const double Most = 100;

    private readonly Lazy<ImmutableDictionary<string, double>> _blocks = new(() => LookAt(
        session, [.. ResidualBlocks.Of(session.Original).Select(b => ($"block {b.Name}", (Func<ModelGraph>)(() => BlockRemover.Remove(session.Original, b))))], cancellation));

    private readonly Lazy<ImmutableDictionary<string, double>> _groups = new(() => LookAt(
        session,
        [.. session.SaliencyContextOfOriginal(cancellation).Analysis.Groups.Where(g => g.Prunable).Select(g => (KeyOf(g), (Func<ModelGraph>)(() => WithoutHalf(session, g, cancellation))))],
        cancellation));

    public double Without(ResidualBlock block) => _blocks.Value.GetValueOrDefault($"block {block.Name}", Most);

    public GroupWorth Of(ChannelGroup group)
    {
        var context = session.SaliencyContextOfOriginal(cancellation);
        var whole = Origin([.. context.Analysis.Groups.Where(g => g.Prunable)], group);
        return new GroupWorth(_groups.Value[KeyOf(whole)], session.Services.Saliency.LossCurve(context, whole), whole.Channels);
    }

    /// <summary>The original's group whose layers are most alike: a layer may make channels of several groups, and layers may be gone with their blocks.</summary>
    internal static ChannelGroup Origin(IReadOnlyList<ChannelGroup> groups, ChannelGroup group) => groups.MaxBy(g =>
        (double)g.Layers.Intersect(group.Layers, StringComparer.Ordinal).Count() / g.Layers.Union(group.Layers, StringComparer.Ordinal).Count())!;

    private static string KeyOf(ChannelGroup group) => $"half of {group.Id} {string.Join(' ', group.Layers)}";

    private static ModelGraph WithoutHalf(RunSession session, ChannelGroup group, CancellationToken cancellation)
    {
        var context = session.SaliencyContextOfOriginal(cancellation);
        var positions = session.Services.Saliency.Lowest(context, group, group.Channels / 2);
        return ChannelRemover.Remove(session.Original, context.Analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = positions });
    }

    private static ImmutableDictionary<string, double> LookAt(RunSession session, IReadOnlyList<(string Key, Func<ModelGraph> Without)> parts, CancellationToken cancellation)
    {
        var own = new Lazy<double>(() => session.Accuracy.Glance(session.Original, cancellation));
        for (var i = 0; i < parts.Count; i++)
        {
            if (session.State.Sensitivities.ContainsKey(parts[i].Key)) continue;
            session.Progress.Report(new RunEvent.PhaseAdvanced(PhaseClock.Choosing, i, parts.Count, "parts", "what each is worth"));
            var without = session.Accuracy.Glance(parts[i].Without(), cancellation);
            session.Append(new JournalEntry.PartWeighed(parts[i].Key, double.IsFinite(without) ? Math.Clamp(without - own.Value, Least, Most) : Most));
        }

        return session.State.Sensitivities;
    }
}
