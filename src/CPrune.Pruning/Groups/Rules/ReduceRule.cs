using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>A reduction over other axes keeps the channels; one over the channels themselves needs all of them.</summary>
internal sealed class ReduceRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (AxesOf.Node(node, walk, known.Rank) is not { Count: > 0 } axes) return $"{node.Label} does not say which axes it reduces";
        if (axes.Contains(known.Axis)) return $"{node.Label} reduces over the channels";
        walk.SetLayout(node.Output, node.Int("keepdims", 1) != 0 ? known : known with
        {
            Rank = known.Rank - axes.Count,
            Axis = known.Axis - axes.Count(a => a < known.Axis),
        });
        return null;
    }
}
