using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>An operator on two (or, for Max and Min, any number of) tensors that are broadcast: floats, or int64 in shape arithmetic.</summary>
internal abstract class BinaryOperator(string opType) : IOperator
{
    public string OpType => opType;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var shape = call.Shape(0);
        for (var i = 1; i < call.Inputs.Length; i++) shape = Common(call, shape, call.Shape(i));
        return [shape];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var result = call.Value(0);
        for (var i = 1; i < call.Inputs.Length; i++)
        {
            var shape = Common(call, result.Shape, call.Shape(i));
            var (left, right) = (Broadcast.Offsets(result.Shape, shape), Broadcast.Offsets(call.Shape(i), shape));
            result = result.Type == ElementType.Int64
                ? Tensor.Of(Combine(result.Longs, left, call.Longs(i), right, Map), shape)
                : Tensor.Of(Combine(i == 1 ? call.Floats(0) : result.Floats, left, call.Floats(i), right, Map), shape);
        }

        return [result];
    }

    protected abstract float Map(float a, float b);

    protected abstract long Map(long a, long b);

    private static ImmutableArray<int> Common(OperatorCall call, ImmutableArray<int> a, ImmutableArray<int> b) =>
        Broadcast.ShapeOrNull(a, b) ?? throw call.Error(
            $"cannot combine the shapes {Graph.Shapes.Text(a)} and {Graph.Shapes.Text(b)}; export the model again");

    private static T[] Combine<T>(ReadOnlySpan<T> a, int[] left, ReadOnlySpan<T> b, int[] right, Func<T, T, T> map)
    {
        var y = new T[left.Length];
        for (var i = 0; i < y.Length; i++) y[i] = map(a[left[i]], b[right[i]]);
        return y;
    }
}
