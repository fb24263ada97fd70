using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Convolution;

/// <summary>NumPy's matrix product: [..., M, K] · [..., K, N], leading axes broadcast; a vector lends itself an axis of 1.</summary>
internal sealed class MatMul : IOperator
{
    public string OpType => "MatMul";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var (batch, m, n, _) = Extents(call);
        ImmutableArray<int> rows = call.Shape(0).Length == 1 ? [] : [m];
        ImmutableArray<int> columns = call.Shape(1).Length == 1 ? [] : [n];
        return [[.. batch, .. rows, .. columns]];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var (batch, m, n, k) = Extents(call);
        var x = call.Floats(0);
        var y = call.Floats(1);
        var left = Broadcast.Offsets(BatchOf(call.Shape(0)), batch);
        var right = Broadcast.Offsets(BatchOf(call.Shape(1)), batch);
        var product = new float[left.Length * m * n];
        for (var i = 0; i < left.Length; i++)
        {
            Multiply(
                x.Slice(left[i] * m * k, m * k), y.Slice(right[i] * k * n, k * n), product.AsSpan(i * m * n, m * n), n, k);
        }

        return [Tensor.Of(product, Shapes(call)[0])];
    }

    private static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> product, int n, int k)
    {
        for (var i = 0; i < product.Length / n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var p = 0; p < k; p++) sum += (double)a[(i * k) + p] * b[(p * n) + j];
                product[(i * n) + j] = (float)sum;
            }
        }
    }

    private static ImmutableArray<int> BatchOf(ImmutableArray<int> shape) => shape.Length <= 2 ? [] : shape[..^2];

    private static (ImmutableArray<int> Batch, int M, int N, int K) Extents(OperatorCall call)
    {
        var (a, b) = (call.Shape(0), call.Shape(1));
        if (a.Length > 0 && b.Length > 0 && a[^1] == (b.Length == 1 ? b[0] : b[^2])
            && Broadcast.ShapeOrNull(BatchOf(a), BatchOf(b)) is { } batch)
        {
            return (batch, a.Length == 1 ? 1 : a[^2], b.Length == 1 ? 1 : b[^1], a[^1]);
        }

        throw call.Error($"cannot multiply {Graph.Shapes.Text(a)} by {Graph.Shapes.Text(b)}; export the model for its image size again");
    }
}
