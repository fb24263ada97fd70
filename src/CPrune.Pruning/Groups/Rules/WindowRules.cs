using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// Padding around rows and columns passes. Padding before or behind the channels, as in shortcuts without parameters, adds constant ones: they can go with those
/// that they are added to.
/// </summary>
internal sealed class PadRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var pads = node.IntsOrNull("pads")?.Select(p => (long)p).ToArray() ?? walk.LongsOf(node.InputOrNull(1));
        long[]? axes = node.InputOrNull(3) is { } given ? walk.LongsOf(given) : [.. Enumerable.Range(0, known.Rank)];
        if (pads is null || axes is null || pads.Length != 2 * axes.Length) return $"the pads of {node.Label} are not known";
        var place = Array.FindIndex(axes, a => (a < 0 ? a + known.Rank : a) == known.Axis);
        var (before, after) = place < 0 ? (0, 0) : (pads[place], pads[place + axes.Length]);
        if ((before, after) == (0, 0))
        {
            walk.SetLayout(node.Output, known);
            return null;
        }

        if (before < 0 || after < 0) return $"{node.Label} crops the channels";
        if (node.Text("mode", "constant") != "constant") return $"{node.Label} repeats channels";
        var (front, back) = (walk.Atoms.Fresh(checked((int)before)), walk.Atoms.Fresh(checked((int)after)));
        AddEdit(node, walk, place, front);
        AddEdit(node, walk, place + axes.Length, back);
        walk.SetLayout(node.Output, known with { Atoms = [.. front, .. known.Atoms, .. back] });
        return null;
    }

    private static void AddEdit(Node node, ChannelPropagation walk, int place, ImmutableArray<int> added)
    {
        if (added.Length > 0) walk.Edits.Add(new NodeEdit.Count(node.Output, added, "pads", 1, place, added));
    }
}

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

/// <summary>A choice of channels, in any order and with repetitions. Choosing along another axis lets them pass.</summary>
internal sealed class GatherRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var given = (int)node.Int("axis", 0);
        var axis = given < 0 ? given + known.Rank : given;
        if (axis != known.Axis)
        {
            if (walk.ShapeOrNull(node.InputOrNull(1) ?? "") is not { } indices) return $"the indices of {node.Label} are not known";
            var rank = known.Rank - 1 + indices.Length;
            walk.SetLayout(node.Output, known with { Rank = rank, Axis = axis < known.Axis ? known.Axis - 1 + indices.Length : known.Axis });
            return null;
        }

        if (walk.LongsOf(node.InputOrNull(1)) is not { } chosen || walk.ShapeOrNull(node.Inputs[1]) is not { Length: 1 })
            return $"{node.Label} does not take a fixed list of channels";
        ImmutableArray<int> channels = [.. chosen.Select(c => (int)(c < 0 ? c + known.Atoms.Length : c))];
        walk.Edits.Add(new NodeEdit.Choice(node.Output, known.Atoms, channels));
        walk.SetLayout(node.Output, known with { Atoms = [.. channels.Select(c => known.Atoms[c])] });
        return null;
    }
}
