using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Rearranging;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Operators that compute nothing: their output is another view of their input.</summary>
internal static class ViewOperators
{
    public static bool Knows(Node node, LiveGraph graph) => node.OpType is "Slice" or "Pad" or "Split" or "Gather" || IsRenaming(node, graph);

    /// <summary>Whether a node only renames its input: in the compiler's layout the same elements in the same order.</summary>
    public static bool IsRenaming(Node node, LiveGraph graph)
    {
        if (!Rearrangement.Knows(node)) return false;
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
    /// <exception cref="UserErrorException">The node cuts in a way that has no view.</exception>
    public static View? Of(Node node, string output, View input, LiveGraph graph) => node.OpType switch
    {
        "Slice" => Sliced(node, input, graph),
        "Pad" => Padded(node, input, graph),
        "Split" => Part(node, output, input, graph),
        "Gather" => input.Picked(Gathered(node, graph)),
        _ => input,
    };

    /// <summary>The channels of its input that an output consists of; null where a node does more than choosing channels.</summary>
    public static IEnumerable<int>? ChannelsOf(Node node, string output, LiveGraph graph)
    {
        if (!Knows(node, graph) || graph.ExtentsOrNull(node.Inputs[0]) is not { } extents) return null;
        return node.OpType switch
        {
            "Pad" => null,
            "Gather" => Gathered(node, graph),
            "Split" => Part(node, output, graph) is (1, var range) ? Numbers(range) : null,
            "Slice" => SliceAttributes.Of(graph.CallOf(node)).Ranges is var ranges
                && !ranges.Where((r, axis) => axis != 1 && !r.IsWhole(graph.ShapeOf(node.Inputs[0])[axis])).Any() ? Numbers(ranges[1]) : null,
            _ => Enumerable.Range(0, extents.Channels),
        };
    }

    private static IEnumerable<int> Numbers(SliceRange range) => Enumerable.Range(0, range.Count).Select(i => range.Start + range.Step * i);

    private static IEnumerable<int> Gathered(Node node, LiveGraph graph)
    {
        var call = graph.CallOf(node);
        var (axis, indices) = (call.Axis(node.Int("axis", 0), call.Shape(0).Length), graph.Constant(node, 1));
        if (axis != 1 || indices.Shape.Length != 1) throw Unsupported.Node(node, $"it picks along axis {axis} by indices {Shapes.Text(indices.Shape)}, and only a list of channels (axis 1) is known");
        return call.Longs(1).ToArray().Select(i => call.Axis(i, call.Shape(0)[1]));
    }

    private static bool KeepsOrder(Node node, LiveGraph graph)
    {
        var shape = graph.ShapeOf(node.Inputs[0]);
        var order = node.IntsOrNull("perm") ?? [.. Enumerable.Range(0, shape.Length).Reverse()];
        return order.Where(axis => shape[axis] != 1).SequenceEqual(order.Where(axis => shape[axis] != 1).Order());
    }

    private static View Sliced(Node node, View input, LiveGraph graph)
    {
        var ranges = SliceAttributes.Of(graph.CallOf(node)).Ranges;
        for (var axis = 0; axis < ranges.Length; axis++) input = OnAxis(node, input, axis, ranges[axis]);
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
        var (axis, range) = Part(node, output, graph);
        return OnAxis(node, input, axis, range);
    }

    private static (int Axis, SliceRange Range) Part(Node node, string output, LiveGraph graph)
    {
        var call = graph.CallOf(node);
        var axis = call.Axis(node.Int("axis", 0), call.Shape(0).Length);
        var start = node.Outputs.TakeWhile(o => o != output).Sum(o => graph.ShapeOf(o)[axis]);
        return (axis, new SliceRange(start, 1, graph.ShapeOf(output)[axis]));
    }

    private static View OnAxis(Node node, View view, int axis, SliceRange range)
    {
        if (axis == 1) return view.Picked(Numbers(range));
        if (range.Step < 0) throw Unsupported.Node(node, $"its step along axis {axis} is {range.Step}, and rows and columns are only read forwards");
        return axis switch
        {
            2 => view with { Rows = view.Rows.Sliced(range.Start, range.Count, range.Step) },
            3 => view with { Columns = view.Columns.Sliced(range.Start, range.Count, range.Step) },
            _ => range.IsWhole(1) ? view : throw Unsupported.Node(node, "it cuts the batch axis"),
        };
    }
}
