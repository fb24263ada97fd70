using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>A convolution's weight transformed once, when the model is compiled.</summary>
internal static class WinogradWeights
{
    /// <summary><c>U[p,oc,ic] = (G w[oc,ic] Gᵀ)[y,x]</c> with <c>p = (m+2)·y + x</c>, in double precision and rounded once.</summary>
    /// <param name="weight"><c>[oc,ic,3,3]</c>.</param>
    public static Tensor Of(Tensor weight, WinogradTransform transform)
    {
        const int Size = WinogradTransform.Window;
        var (points, g) = (transform.Points, transform.Weight);
        var given = weight.Floats;
        var pairs = weight.Shape[0] * weight.Shape[1];
        var made = new float[points * points * pairs];
        Span<double> rows = stackalloc double[points * Size];
        for (var pair = 0; pair < pairs; pair++)
        {
            var w = given.Slice(pair * Size * Size, Size * Size);
            for (var y = 0; y < points; y++)
                for (var c = 0; c < Size; c++)
                    rows[y * Size + c] = g[y][0] * w[c] + g[y][1] * w[Size + c] + g[y][2] * w[2 * Size + c];
            for (var y = 0; y < points; y++)
                for (var x = 0; x < points; x++)
                {
                    var row = rows.Slice(y * Size, Size);
                    made[(y * points + x) * pairs + pair] = (float)(row[0] * g[x][0] + row[1] * g[x][1] + row[2] * g[x][2]);
                }
        }

        return Tensor.Of(made, points * points, weight.Shape[0], weight.Shape[1]);
    }
}
