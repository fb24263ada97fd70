using System.Collections.Immutable;
using CPrune.Graph;

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
        && graph.ExtentsOrNull(node.Inputs[0]) is { } from
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
        var shape = graph.ShapeOf(node.Inputs[0]);
        var result = graph.ShapeOf(node.Output);
        var starts = Numbers(node, 1, "starts", graph) ?? throw Unsupported.Node(node, "it has no starts");
        var axes = Numbers(node, 3, "axes", graph) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = Numbers(node, 4, "steps", graph) ?? [.. starts.Select(_ => 1L)];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = Axis(axes[i], shape.Length);
            if (steps[i] <= 0) throw Unsupported.Node(node, $"its step along axis {axis} is {steps[i]}, and only forward slices are views");
            var start = (int)Math.Clamp(starts[i] < 0 ? starts[i] + shape[axis] : starts[i], 0, shape[axis]);
            input = OnAxis(node, input, axis, walk => walk.Sliced(start, result[axis], checked((int)steps[i])));
        }

        return input;
    }

    private static View? Padded(Node node, View input, LiveGraph graph)
    {
        var mode = node.Text("mode", "constant");
        if (mode != "constant") throw Unsupported.Node(node, $"its mode is '{mode}', and only constant padding is known");
        var rank = graph.ShapeOf(node.Inputs[0]).Length;
        var pads = Numbers(node, 1, "pads", graph) ?? throw Unsupported.Node(node, "it has no pads");
        var axes = Numbers(node, 3, "axes", graph) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        var before = new int[4];
        var after = new int[4];
        for (var i = 0; i < axes.Length; i++)
        {
            before[Axis(axes[i], rank)] = checked((int)pads[i]);
            after[Axis(axes[i], rank)] = checked((int)pads[i + axes.Length]);
        }

        if (before[0] != 0 || after[0] != 0) throw Unsupported.Node(node, "it pads the batch axis");
        var value = graph.ConstantOrNull(node.InputOrNull(2)) is { } given ? given.Floats[0] : node.Float("value", 0f);
        return input.Padded(new Padding(before[2], before[3], after[2], after[3], before[1], after[1]), value);
    }

    private static View Part(Node node, string output, View input, LiveGraph graph)
    {
        var axis = Axis(node.Int("axis", 0), graph.ShapeOf(node.Inputs[0]).Length);
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

    private static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Bounds are inputs in newer operator sets and attributes in older ones.</summary>
    private static ImmutableArray<long>? Numbers(Node node, int input, string attribute, LiveGraph graph) =>
        node.InputOrNull(input) is not null
            ? [.. Integers(graph.Constant(node, input))]
            : node.IntsOrNull(attribute) is { } values ? [.. values.Select(v => (long)v)] : null;

    private static long[] Integers(Tensor tensor) => tensor.Type switch
    {
        ElementType.Int64 => tensor.Longs.ToArray(),
        ElementType.Int32 => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(tensor.Raw).ToArray().Select(v => (long)v)],
        _ => throw new InvalidOperationException($"{tensor} where integers are needed"),
    };
}
