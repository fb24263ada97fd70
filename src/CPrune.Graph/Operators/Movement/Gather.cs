using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Picks slices of an axis by index: the axis is replaced by the axes of the indices.</summary>
internal sealed class Gather : IOperator
{
    public string OpType => "Gather";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var shape = call.Shape(0);
        var axis = call.Axis(call.Node.Int("axis", 0), shape.Length);
        return [[.. shape[..axis], .. call.Shape(1), .. shape[(axis + 1)..]]];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = call.Shape(0);
        var axis = call.Axis(call.Node.Int("axis", 0), shape.Length);
        var inner = Graph.Shapes.Count(shape[(axis + 1)..]);
        var indices = call.Longs(1).ToArray();
        var offsets = new List<int>();
        for (var outer = 0; outer < Graph.Shapes.Count(shape[..axis]); outer++)
        {
            foreach (var index in indices)
            {
                var first = ((outer * shape[axis]) + call.Axis(index, shape[axis])) * inner;
                offsets.AddRange(Enumerable.Range(first, inner));
            }
        }

        return [Strided.Pick(call.Value(0), Shapes(call)[0], [.. offsets])];
    }
}
