using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Padding around rows and columns passes; padding that adds channels is left alone.</summary>
internal sealed class PadRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var pads = node.IntsOrNull("pads")?.Select(p => (long)p).ToArray() ?? walk.LongsOf(node.InputOrNull(1));
        if (pads is null || node.InputOrNull(3) is not null || pads.Length != 2 * known.Rank) return $"the pads of {node.Label} are not known";
        if (pads[known.Axis] != 0 || pads[known.Axis + known.Rank] != 0) return $"{node.Label} changes the number of channels";
        walk.SetLayout(node.Output, known);
        return null;
    }
}

/// <summary>A slice of rows and columns passes; a slice of the channels is left alone.</summary>
internal sealed class SliceRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (SlicedAxes(node, walk) is not { } axes) return $"the axes of {node.Label} are not known";
        if (axes.Any(a => (a < 0 ? a + known.Rank : a) == known.Axis)) return $"{node.Label} takes some of the channels";
        walk.SetLayout(node.Output, known);
        return null;
    }

    private static IEnumerable<long>? SlicedAxes(Node node, ChannelPropagation walk)
    {
        if (node.IntsOrNull("axes") is { } attribute) return attribute.Select(a => (long)a);
        if (node.InputOrNull(3) is { } axes) return walk.LongsOf(axes);

        // Without axes the slice covers the first ones, one per start.
        var starts = node.IntsOrNull("starts")?.Length ?? walk.LongsOf(node.InputOrNull(1))?.Length;
        return starts is { } count ? Enumerable.Range(0, count).Select(a => (long)a) : null;
    }
}
