using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>An operator that maps each float on its own.</summary>
internal abstract class UnaryOperator(string opType) : IOperator
{
    public string OpType => opType;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [call.Shape(0)];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var x = call.Floats(0);
        var map = Map(call);
        var y = new float[x.Length];
        for (var i = 0; i < y.Length; i++) y[i] = map(x[i]);
        return [Tensor.Of(y, call.Shape(0))];
    }

    /// <summary>The function, with the node's attributes read.</summary>
    protected abstract Func<float, float> Map(OperatorCall call);
}
