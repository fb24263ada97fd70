using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Operators that compute nothing: their output is another view of their input.</summary>
internal static class ViewOperators
{
    public static bool Knows(Node node) => node.OpType is
        "Identity" or "Dropout" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Transpose" or "Slice" or "Pad" or "Split";

    /// <summary>Whether a node only renames its input: in the compiler's layout the same elements in the same order.</summary>
    public static bool IsRenaming(Node node, LiveGraph graph)
    {
        if (!Knows(node) || node.OpType is "Slice" or "Pad" or "Split") return false;
        var input = graph.ExtentsOrNull(node.Inputs[0]);
        return input is not null && input == graph.ExtentsOrNull(node.Output) && (node.OpType != "Transpose" || KeepsOrder(node, graph));
    }

    /// <summary>Whether a node lays an image's channels, rows and columns out as one vector, in ONNX's order.</summary>
    public static bool IsFlattening(Node node, LiveGraph graph) =>
        node.OpType is "Flatten" or "Reshape" or "Squeeze"
        && graph.ShapeOf(node.Inputs[0]).Length == 4
        && graph.ExtentsOrNull(node.Inputs[0]) is { IsVector: false } from
        && graph.ExtentsOrNull(node.Output) is { IsVector: true } to
        && from.Count == to.Channels;

    /// <summary>The view that <paramref name="output"/> of a node is; null where padding needs a copy of the input first.</summary>
    /// <exception cref="UserErrorException">The node moves elements in a way that has no view.</exception>
    public static View? Of(Node node, string output, View input, LiveGraph graph) => node.OpType switch
    {
        "Slice" => Sliced(node, input, graph),
        "Pad" => Padded(node, input, graph),
        "Split" => Part(node, output, input, graph),
        _ when IsRenaming(node, graph) => input,
        _ => throw Unsupported.Node(node, $"it rearranges {Shapes.Text(graph.ShapeOf(node.Inputs[0]))} as {Shapes.Text(graph.ShapeOf(output))}, "
            + "and only flattening before a dense layer and dropping or adding extents of one need no data to move"),
    };

    private static bool KeepsOrder(Node node, LiveGraph graph)
    {
        var shape = graph.ShapeOf(node.Inputs[0]);
        var order = node.IntsOrNull("perm") ?? [.. Enumerable.Range(0, shape.Length).Reverse()];
        return order.Where(axis => shape[axis] != 1).SequenceEqual(order.Where(axis => shape[axis] != 1).Order());
    }

    private static View Sliced(Node node, View input, LiveGraph graph)
    {
        var ranges = SliceAttributes.Of(graph.CallOf(node)).Ranges;
        for (var axis = 0; axis < ranges.Length; axis++)
        {
            var range = ranges[axis];
            if (range.Step <= 0) throw Unsupported.Node(node, $"its step along axis {axis} is {range.Step}, and only forward slices are views");
            input = OnAxis(node, input, axis, walk => walk.Sliced(range.Start, range.Count, range.Step));
        }

        return input;
    }

    private static View? Padded(Node node, View input, LiveGraph graph)
    {
        var pads = PadAttributes.Of(graph.CallOf(node));
        var (before, after) = (Four(pads.Before), Four(pads.After));
        if (before[0] != 0 || after[0] != 0) throw Unsupported.Node(node, "it pads the batch axis");
        return input.Padded(new Padding(before[2], before[3], after[2], after[3], before[1], after[1]), pads.Value);

        static int[] Four(ImmutableArray<int> pads) => [.. pads, .. Enumerable.Repeat(0, 4 - pads.Length)];
    }

    private static View Part(Node node, string output, View input, LiveGraph graph)
    {
        var call = graph.CallOf(node);
        var axis = call.Axis(node.Int("axis", 0), call.Shape(0).Length);
        var start = node.Outputs.TakeWhile(o => o != output).Sum(o => graph.ShapeOf(o)[axis]);
        return OnAxis(node, input, axis, walk => walk.Sliced(start, graph.ShapeOf(output)[axis]));
    }

    private static View OnAxis(Node node, View view, int axis, Func<Walk, Walk> change) => axis switch
    {
        1 => view with { Channels = change(view.Channels) },
        2 => view with { Rows = change(view.Rows) },
        3 => view with { Columns = change(view.Columns) },
        _ => change(Walk.Whole(1)) == Walk.Whole(1) ? view : throw Unsupported.Node(node, "it cuts the batch axis"),
    };
}
