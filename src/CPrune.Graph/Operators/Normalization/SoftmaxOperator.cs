using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Normalization;

/// <summary>
/// Normalises exp(x) to a sum of one: along one axis (the last where not given) since operator set 13, before that over all axes from
/// "axis" (1 where not given) on.
/// </summary>
internal abstract class SoftmaxOperator(string opType) : IOperator
{
    private const int AlongOneAxis = 13;

    public string OpType => opType;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [call.Shape(0)];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = call.Shape(0);
        var axis = call.Axis(call.Node.Int("axis", call.Opset >= AlongOneAxis ? -1 : 1), shape.Length);
        var stride = call.Opset >= AlongOneAxis ? Graph.Shapes.Count(shape[(axis + 1)..]) : 1;
        var extent = Graph.Shapes.Count(shape[axis..]) / Math.Max(stride, 1);
        var x = call.Floats(0);
        var y = new float[x.Length];
        for (var block = 0; block < x.Length; block += extent * stride)
            for (var i = block; i < block + stride; i++)
                Normalise(x, y, i, stride, extent);
        return [Tensor.Of(y, shape)];
    }

    /// <summary>The result for an element <paramref name="shifted"/> (the largest is 0) of elements whose exponentials sum to <paramref name="sum"/>.</summary>
    protected abstract double Normalised(double shifted, double sum);

    private void Normalise(ReadOnlySpan<float> x, Span<float> y, int start, int stride, int extent)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < extent; i++) largest = Math.Max(largest, x[start + (i * stride)]);
        var sum = 0.0;
        for (var i = 0; i < extent; i++) sum += Math.Exp(x[start + (i * stride)] - largest);
        for (var i = 0; i < extent; i++) y[start + (i * stride)] = (float)Normalised(x[start + (i * stride)] - largest, sum);
    }
}
