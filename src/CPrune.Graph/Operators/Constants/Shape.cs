using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Constants;

/// <summary>The extents of its input as int64, from axis "start" up to "end".</summary>
internal sealed class Shape : IOperator
{
    public string OpType => "Shape";

    public bool ReadsValues => false;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [[Extents(call).Length]];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var extents = Extents(call);
        return [Tensor.Of([.. extents.Select(extent => (long)extent)], extents.Length)];
    }

    private static ImmutableArray<int> Extents(OperatorCall call)
    {
        var shape = call.Shape(0);
        var start = Bound(call.Node.Int("start", 0), shape.Length);
        var end = Bound(call.Node.Int("end", shape.Length), shape.Length);
        return start < end ? shape[start..end] : [];
    }

    private static int Bound(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}
