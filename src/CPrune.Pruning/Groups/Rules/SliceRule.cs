using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>A slice of rows and columns passes. One of neighbouring channels has these; where it begins and ends follows the channels before it.</summary>
internal sealed class SliceRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (SlicedAxes(node, walk) is not { } axes) return $"the axes of {node.Label} are not known";
        var place = Array.FindIndex(axes, a => (a < 0 ? a + known.Rank : a) == known.Axis);
        if (place < 0)
        {
            walk.SetLayout(node.Output, known);
            return null;
        }

        if (walk.ShapeOrNull(node.Output) is null) return $"the shapes of {node.Label} are not known";
        var range = SliceAttributes.Of(walk.CallOf(node)).Ranges[known.Axis];
        if (range.IsWhole(known.Atoms.Length))
        {
            walk.SetLayout(node.Output, known);
            return null;
        }

        if (range.Step != 1) return $"{node.Label} does not take neighbouring channels";
        var end = range.Start + range.Count;
        walk.Edits.Add(new NodeEdit.Count(node.Output, known.Atoms, "starts", 1, place, known.Atoms[..range.Start]));
        walk.Edits.Add(new NodeEdit.Count(node.Output, known.Atoms, "ends", 2, place, known.Atoms[..end]));
        walk.SetLayout(node.Output, known with { Atoms = known.Atoms[range.Start..end] });
        return null;
    }

    private static long[]? SlicedAxes(Node node, ChannelPropagation walk)
    {
        if (node.IntsOrNull("axes") is { } attribute) return [.. attribute.Select(a => (long)a)];
        if (node.InputOrNull(3) is { } axes) return walk.LongsOf(axes);

        // Without axes the slice covers the first ones, one per start.
        var starts = node.IntsOrNull("starts")?.Length ?? walk.LongsOf(node.InputOrNull(1))?.Length;
        return starts is { } count ? [.. Enumerable.Range(0, count).Select(a => (long)a)] : null;
    }
}
