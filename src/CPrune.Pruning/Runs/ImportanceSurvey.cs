using System.Collections.Immutable;
using System.Globalization;
using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Looks at the original without each of its parts, on images of the selection part. All blocks, or all groups, are looked at when one of them is first
/// asked for; every look is a durable step.
/// </summary>
/// <param name="images">For each look.</param>
internal sealed class ImportanceSurvey(RunContext run, Lazy<SaliencyContext> original, int images, CancellationToken cancellation) : IImportance
{
    /// <summary>Nats. A part that makes no difference on some hundred images may make one on others.</summary>
    private const double Least = 1e-4;

    /// <summary>Nats. Worse than any guess: the model is broken without the part.</summary>
    private const double Most = 100;

    private ImmutableDictionary<string, double>? _blocks, _groups;
    private double? _own;

    public double Of(ResidualBlock block)
    {
        _blocks ??= LookAt(ResidualBlocks.Of(run.Original).Select(b => new Part(KeyOf(b), () => BlockRemover.Remove(run.Original, b))));
        return _blocks.GetValueOrDefault(KeyOf(block), Most);
    }

    public GroupWorth Of(ChannelGroup group)
    {
        _groups ??= LookAt(Prunable().SelectMany(g => LooksAt(g).Select(filters => new Part(KeyOf(g, filters), () => Without(g, filters)))));
        var whole = Origin(Prunable(), group);
        return new GroupWorth(
            [.. LooksAt(whole).Select(filters => new GroupLook(filters, _groups[KeyOf(whole, filters)]))], LossCurve(whole), whole.Channels);
    }

    /// <summary>The original's group whose layers are most alike: a layer may make channels of several groups, and layers may be gone with their blocks.</summary>
    internal static ChannelGroup Origin(IReadOnlyList<ChannelGroup> groups, ChannelGroup group) => groups.MaxBy(g =>
        (double)g.Layers.Intersect(group.Layers, StringComparer.Ordinal).Count() / g.Layers.Union(group.Layers, StringComparer.Ordinal).Count())!;

    private static string KeyOf(ResidualBlock block) => $"block {block.Name}";

    private static string KeyOf(ChannelGroup group, int filters) => string.Create(
        CultureInfo.InvariantCulture, $"{filters} of {group.Channels} filters of {group.Id} {string.Join(' ', group.Layers)}");

    private ImmutableArray<ChannelGroup> Prunable() => [.. original.Value.Analysis.Groups.Where(g => g.Prunable)];

    private double[] LossCurve(ChannelGroup group) => run.Services.Saliency.LossCurve(original.Value, group);

    /// <summary>Half of a group, and as many filters as may go: what costs nothing at half may cost much later.</summary>
    private IEnumerable<int> LooksAt(ChannelGroup group)
    {
        var most = Math.Min(group.Channels - run.Floors.LeastOf(group), LossCurve(group).Length - 1);
        return new[] { Math.Min(group.Channels / 2, most), most }.Where(filters => filters > 0).Distinct();
    }

    private ModelGraph Without(ChannelGroup group, int filters) => ChannelRemover.Remove(
        run.Original, original.Value.Analysis,
        new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = run.Services.Saliency.Lowest(original.Value, group, filters) });

    private ImmutableDictionary<string, double> LookAt(IEnumerable<Part> parts)
    {
        var all = parts.ToList();
        var own = _own ??= Look("nothing", () => run.Original, "importance of parts");
        return all.Select((part, i) => KeyValuePair.Create(
                part.Key, Math.Clamp(Look(part.Key, part.Without, $"importance of part {i + 1} of {all.Count}") - own, Least, Most)))
            .ToImmutableDictionary(StringComparer.Ordinal);
    }

    /// <summary>The loss without a part, in nats.</summary>
    private double Look(string key, Func<ModelGraph> without, string detail) => run.Steps.Do($"loss without {key}", scope =>
    {
        run.Advance(PhaseClock.Choosing, detail);
        var loss = scope.Clock.Time(PhaseClock.Choosing, () => run.Accuracy.LossAtALook(without(), images, cancellation));
        return double.IsFinite(loss) ? Math.Min(loss, Most) : Most;
    });

    private sealed record Part(string Key, Func<ModelGraph> Without);
}
