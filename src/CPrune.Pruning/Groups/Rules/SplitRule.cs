using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Each part of a split has its own of the channels; the sizes follow them, and equal parts may become unequal.</summary>
internal sealed class SplitRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var axis = node.Int("axis", 0);
        if ((axis < 0 ? axis + known.Rank : axis) != known.Axis)
        {
            foreach (var output in node.Outputs) walk.SetLayout(output, known);
            return null;
        }

        var parts = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        var start = 0;
        foreach (var output in node.Outputs)
        {
            if (walk.ShapeOrNull(output) is not { } shape) return $"the sizes of {node.Label} are not known";
            var end = start + shape[known.Axis];
            parts.Add(known.Atoms[start..end]);
            walk.SetLayout(output, known with { Atoms = parts[^1] });
            start = end;
        }

        walk.Edits.Add(new NodeEdit.Sizes(node.Output, known.Atoms, parts.ToImmutable()));
        return null;
    }
}
