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

    private static ImmutableArray<int> Extents(OperatorCall call) => call.Shape(0)[ShapeRange.Of(call.Node, call.Shape(0).Length)];
}
