using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Constants;

/// <summary>A value that stands in the node's attributes.</summary>
internal sealed class Constant : IOperator
{
    public string OpType => "Constant";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [ValueOf(call).Shape];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call) => [ValueOf(call)];

    private static Tensor ValueOf(OperatorCall call)
    {
        foreach (var (name, value) in call.Node.Attributes)
        {
            switch (name, value)
            {
                case ("value", AttributeValue.TensorValue a): return a.Value;
                case ("value_float", AttributeValue.Float a): return Tensor.Of([a.Value]);
                case ("value_int", AttributeValue.Int a): return Tensor.Of([a.Value]);
                case ("value_floats", AttributeValue.Floats a): return Tensor.Of([.. a.Values], a.Values.Length);
                case ("value_ints", AttributeValue.Ints a): return Tensor.Of([.. a.Values], a.Values.Length);
            }
        }

        throw call.Error("holds no tensor, number or list of numbers; export the model again");
    }
}
