using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Permutes axes: axis i of the result is axis perm[i] of the input; reversed where not given.</summary>
internal sealed class Transpose : IOperator
{
    public string OpType => "Transpose";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [[.. Permutation(call).Select(axis => call.Shape(0)[axis])]];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var (shape, strides) = (Shapes(call)[0], Graph.Shapes.Strides(call.Shape(0)));
        int[] permuted = [.. Permutation(call).Select(axis => strides[axis])];
        return [Strided.Pick(call.Value(0), shape, Strided.Offsets(shape, permuted, 0))];
    }

    private static ImmutableArray<int> Permutation(OperatorCall call)
    {
        var rank = call.Shape(0).Length;
        var permutation = call.Node.IntsOrNull("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
        return permutation.Order().SequenceEqual(Enumerable.Range(0, rank))
            ? permutation
            : throw call.Error($"permutes {rank} axes by [{string.Join(',', permutation)}]; export the model again");
    }
}
