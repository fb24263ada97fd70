using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Pooling;

/// <summary>The mean over axes; over axes 2 and 3 it is how some exporters write global average pooling.</summary>
internal sealed class ReduceMean : IOperator
{
    public string OpType => "ReduceMean";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var (shape, reduced) = (call.Shape(0), Axes(call));
        var keep = call.Node.Int("keepdims", 1) != 0;
        return [[.. shape.Select((extent, axis) => reduced[axis] ? 1 : extent).Where((_, axis) => keep || !reduced[axis])]];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var (shape, reduced) = (call.Shape(0), Axes(call));
        ImmutableArray<int> kept = [.. shape.Select((extent, axis) => reduced[axis] ? 1 : extent)];
        var offsets = Broadcast.Offsets(kept, shape);
        var x = call.Floats(0);
        var sums = new double[Graph.Shapes.Count(kept)];
        for (var i = 0; i < x.Length; i++) sums[offsets[i]] += x[i];
        var count = (double)x.Length / sums.Length;
        return [Tensor.Of([.. sums.Select(s => (float)(s / count))], Shapes(call)[0])];
    }

    // No axes means all of them, unless the node says that it means none.
    private static bool[] Axes(OperatorCall call)
    {
        var rank = call.Shape(0).Length;
        var axes = call.AttributeOrInput("axes", 1) ?? [];
        var reduced = new bool[rank];
        if (axes.IsEmpty) Array.Fill(reduced, call.Node.Int("noop_with_empty_axes", 0) == 0);
        foreach (var axis in axes) reduced[call.Axis(axis, rank)] = true;
        return reduced;
    }
}
