using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Constants;

/// <summary>A tensor of the shape given by its input, filled with one value: a float 0 where none is given.</summary>
internal sealed class ConstantOfShape : IOperator
{
    public string OpType => "ConstantOfShape";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) =>
        [[.. call.Longs(0).ToArray().Select(extent => checked((int)extent))]];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = Shapes(call)[0];
        var value = call.Node.Attributes.GetValueOrDefault("value") is AttributeValue.TensorValue { Value.Count: 1 } given
            ? given.Value
            : Tensor.Of([0f]);
        return [Strided.Pick(value, shape, new int[Graph.Shapes.Count(shape)])];
    }
}
