using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups.Rules;

/// <summary><c>Shape</c> counts the channels: what becomes of the numbers is seen to where they are read.</summary>
internal sealed class ShapeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var (first, count) = ShapeRange.Of(node, known.Rank).GetOffsetAndLength(known.Rank);
        walk.SetLayout(node.Output, new ChannelLayout.Numbers([.. Enumerable.Range(first, count).Select(axis => axis == known.Axis ? known.Atoms : [])]));
        return null;
    }
}
