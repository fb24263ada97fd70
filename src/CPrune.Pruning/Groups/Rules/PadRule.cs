using System.Collections.Immutable;
using CPrune.Graph;

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
