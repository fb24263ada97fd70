using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Convolution;

/// <summary>The dense layer: alpha · A · B + beta · C, where A is [M,K], B is [K,N] (each maybe transposed) and C is broadcast to [M,N].</summary>
internal sealed class Gemm : IOperator
{
    public string OpType => "Gemm";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var (m, n, _) = Extents(call);
        return [[m, n]];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var (m, n, k) = Extents(call);
        var a = call.Floats(0);
        var b = call.Floats(1);
        var (aRow, aColumn) = call.Node.Int("transA", 0) != 0 ? (1, m) : (k, 1);
        var (bRow, bColumn) = call.Node.Int("transB", 0) != 0 ? (1, k) : (n, 1);
        double alpha = call.Node.Float("alpha", 1), beta = call.Node.Float("beta", 1);
        var c = call.Has(2) ? call.Floats(2) : [];
        var offsets = call.Has(2) ? Broadcast.Offsets(call.Shape(2), [m, n]) : [];
        var y = new float[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var p = 0; p < k; p++) sum += (double)a[(i * aRow) + (p * aColumn)] * b[(p * bRow) + (j * bColumn)];
                sum *= alpha;
                if (!c.IsEmpty) sum += beta * c[offsets[(i * n) + j]];
                y[(i * n) + j] = (float)sum;
            }
        }

        return [Tensor.Of(y, m, n)];
    }

    private static (int M, int N, int K) Extents(OperatorCall call)
    {
        var (a, b) = (call.Shape(0, rank: 2), call.Shape(1, rank: 2));
        var (m, k) = call.Node.Int("transA", 0) != 0 ? (a[1], a[0]) : (a[0], a[1]);
        var (n, inner) = call.Node.Int("transB", 0) != 0 ? (b[0], b[1]) : (b[1], b[0]);
        var fits = k == inner && (!call.Has(2) || (Broadcast.ShapeOrNull(call.Shape(2), [m, n]) is [var rows, var columns] && (rows, columns) == (m, n)));
        return fits
            ? (m, n, k)
            : throw call.Error($"cannot multiply {Graph.Shapes.Text(a)} by {Graph.Shapes.Text(b)}; export the model for its image size again");
    }
}
