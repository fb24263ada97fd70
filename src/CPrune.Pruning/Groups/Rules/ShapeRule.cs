using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary><c>Shape</c> counts the channels: what becomes of the numbers is seen to where they are read.</summary>
internal sealed class ShapeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var (start, end) = (Bound(node.Int("start", 0), known.Rank), Bound(node.Int("end", known.Rank), known.Rank));
        walk.SetLayout(node.Output, new ChannelLayout.Numbers(
            [.. Enumerable.Range(start, Math.Max(0, end - start)).Select(axis => axis == known.Axis ? known.Atoms : [])]));
        return null;
    }

    private static int Bound(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
