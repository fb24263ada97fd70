using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>An operator that keeps the elements in their order and changes the shape only.</summary>
internal abstract class ReshapeOperator(string opType) : IOperator
{
    public string OpType => opType;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var (from, to) = (call.Shape(0), Target(call));
        return Graph.Shapes.Count(from) == Graph.Shapes.Count(to)
            ? [to]
            : throw call.Error($"cannot view {Graph.Shapes.Text(from)} as {Graph.Shapes.Text(to)}; export the model for its image size and with a free batch size");
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call) => [call.Value(0).Reshaped(Shapes(call)[0])];

    /// <summary>The new shape; the base class checks that the count stays.</summary>
    protected abstract ImmutableArray<int> Target(OperatorCall call);
}
