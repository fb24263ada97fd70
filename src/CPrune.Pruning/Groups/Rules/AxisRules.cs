using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Axes of extent 1 go away.</summary>
internal sealed class SqueezeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (AxesOf.Node(node, walk, known.Rank) is not { } axes) return $"{node.Label} does not say which axes it squeezes";
        if (axes.Contains(known.Axis)) return $"{node.Label} squeezes the channels";
        walk.SetLayout(node.Output, known with { Rank = known.Rank - axes.Count, Axis = known.Axis - axes.Count(a => a < known.Axis) });
        return null;
    }
}

/// <summary>Axes of extent 1 are put in.</summary>
internal sealed class UnsqueezeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var count = node.IntsOrNull("axes")?.Length ?? walk.LongsOf(node.InputOrNull(1))?.Length ?? 0;
        if (count == 0 || AxesOf.Node(node, walk, known.Rank + count) is not { } axes) return $"the axes of {node.Label} are not known";

        // The old axes fill the places that the new ones leave, in order.
        var axis = Enumerable.Range(0, known.Rank + count).Where(a => !axes.Contains(a)).ElementAt(known.Axis);
        walk.SetLayout(node.Output, known with { Rank = known.Rank + count, Axis = axis });
        return null;
    }
}

/// <summary><c>Flatten</c> from the channel axis on: each channel becomes a block of H·W indices.</summary>
internal sealed class FlattenRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var axis = node.Int("axis", 1);
        if (axis < 0) axis += known.Rank;
        if (axis != 1 || known.Axis != 1) return $"{node.Label} does not flatten from the channels on";
        if (known.Rank == 2)
        {
            walk.SetLayout(node.Output, known);
            return null;
        }

        if (walk.ShapeOrNull(node.Inputs[0]) is not { } shape) return $"the input shape of {node.Label} is not known";
        walk.SetLayout(node.Output, new ChannelLayout.Known(2, 1, ReshapeRule.Blocks(known.Atoms, Shapes.Count(shape[2..]))));
        return null;
    }
}

/// <summary>The channels move to another axis with their numbers.</summary>
internal sealed class TransposeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var order = node.IntsOrNull("perm") ?? [.. Enumerable.Range(0, known.Rank).Reverse()];
        if (order.Length != known.Rank || !order.Contains(known.Axis)) return $"{node.Label} does not permute its axes";
        walk.SetLayout(node.Output, known with { Axis = order.IndexOf(known.Axis) });
        return null;
    }
}
