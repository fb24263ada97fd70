using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>A constant border; see <see cref="PadAttributes"/>.</summary>
internal sealed class Pad : IOperator
{
    public string OpType => "Pad";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [PadAttributes.Of(call).OutputShape(call.Shape(0))];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var pad = PadAttributes.Of(call);
        var (input, shape) = (call.Shape(0), pad.OutputShape(call.Shape(0)));
        var strides = Graph.Shapes.Strides(input);
        var offsets = new int[Graph.Shapes.Count(shape)];
        var index = new int[shape.Length];
        for (var i = 0; i < offsets.Length; i++)
        {
            for (var axis = 0; axis < shape.Length; axis++)
            {
                var source = index[axis] - pad.Before[axis];
                if (source < 0 || source >= input[axis])
                {
                    offsets[i] = Strided.Fill;
                    break;
                }

                offsets[i] += source * strides[axis];
            }

            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }

        return [Strided.Pick(call.Value(0), shape, offsets, pad.Value)];
    }
}
