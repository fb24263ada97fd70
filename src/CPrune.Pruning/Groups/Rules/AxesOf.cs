using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>The <c>axes</c> of a node: an attribute in older operator sets, the second input in newer ones.</summary>
internal static class AxesOf
{
    /// <summary>Axes counted from the front of a value of the given rank, or null when they are absent or computed.</summary>
    public static IReadOnlySet<int>? Node(Node node, ChannelPropagation walk, int rank)
    {
        IEnumerable<int>? axes = node.IntsOrNull("axes") is { } attribute
            ? attribute
            : walk.LongsOf(node.InputOrNull(1))?.Select(a => checked((int)a));
        return axes?.Select(a => a < 0 ? a + rank : a).ToHashSet();
    }
}
