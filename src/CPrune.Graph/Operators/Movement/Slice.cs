using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Part of a tensor along each axis; see <see cref="SliceAttributes"/>.</summary>
internal sealed class Slice : IOperator
{
    public string OpType => "Slice";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [SliceAttributes.Of(call).OutputShape];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var slice = SliceAttributes.Of(call);
        var strides = Graph.Shapes.Strides(call.Shape(0));
        int[] steps = [.. slice.Ranges.Zip(strides, (range, stride) => range.Count < 2 ? 0 : range.Step * stride)];
        var start = slice.Ranges.Zip(strides, (range, stride) => range.Start * stride).Sum();
        return [Strided.Pick(call.Value(0), slice.OutputShape, Strided.Offsets(slice.OutputShape, steps, start))];
    }
}
