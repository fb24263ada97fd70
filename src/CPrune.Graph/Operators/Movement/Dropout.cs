using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Inference form: the input itself, and a mask that keeps everything.</summary>
internal sealed class Dropout : IOperator
{
    public string OpType => "Dropout";

    /// <summary>True where the node drops nothing: always, unless an input switches training on.</summary>
    public static bool IsInference(OperatorCall call) =>
        !call.Has(2) || (call.Inputs[2]!.Value is { Type: ElementType.Bool } training && training.Raw is [0]);

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) =>
        IsInference(call)
            ? [call.Shape(0), call.Shape(0)]
            : throw call.Error("is in training mode; export the model for inference");

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = Shapes(call)[0];
        var mask = new byte[Graph.Shapes.Count(shape)];
        Array.Fill<byte>(mask, 1);
        return [call.Value(0), Tensor.OfRaw(ElementType.Bool, mask, shape)];
    }
}
