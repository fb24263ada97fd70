namespace CPrune.Graph.Operators;

/// <summary>The axes whose extents a <c>Shape</c> node gives: from "start" up to "end", negative ones counted from the last.</summary>
public static class ShapeRange
{
    /// <param name="rank">Of the node's input.</param>
    public static Range Of(Node node, int rank)
    {
        var (start, end) = (Bound(node.Int("start", 0), rank), Bound(node.Int("end", rank), rank));
        return start..Math.Max(start, end);
    }

    private static int Bound(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
