using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>What a group with a ladder contributes to one axis of a layer.</summary>
/// <param name="Channels">Of the layer, by the group's level; columns of the weight for a dense layer behind a flatten.</param>
public sealed record AxisPart(int Group, ImmutableArray<int> Channels);

/// <summary>One axis of a layer, filters or input channels: how long it is follows from the levels of the groups whose channels lie on it.</summary>
/// <param name="Parts">Empty for an axis that no cut makes shorter; several behind a concatenation.</param>
/// <param name="Fixed">Channels of groups that are left alone.</param>
public sealed record LayerAxis(ImmutableArray<AxisPart> Parts, int Fixed)
{
    public int Channels(Func<int, int> levelOf) => Fixed + Parts.Sum(p => p.Channels[levelOf(p.Group)]);

    /// <summary>
    /// Lengths at which the axis is worth measuring, ascending: every stair of a group that lies on it alone; where several do, those at which all have
    /// come down by the same share of their ladders.
    /// </summary>
    public ImmutableArray<AxisKnot> Knots()
    {
        var depth = Parts.IsEmpty ? 1 : Parts.Max(p => p.Channels.Length);
        return
        [
            .. Enumerable.Range(0, depth).Select(step => Knot(depth == 1 ? 0 : step / (depth - 1.0)))
                .DistinctBy(k => k.Channels).OrderBy(k => k.Channels),
        ];
    }

    private AxisKnot Knot(double share)
    {
        var levels = Parts.ToImmutableDictionary(p => p.Group, p => (int)Math.Round(share * (p.Channels.Length - 1), MidpointRounding.AwayFromZero));
        return new AxisKnot(Channels(group => levels[group]), levels);
    }
}

/// <summary>A length of an axis, and levels of its groups that give it.</summary>
public sealed record AxisKnot(int Channels, ImmutableDictionary<int, int> Levels);
