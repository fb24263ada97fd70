using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Tests.Expressions;

/// <summary>Transforms between an image and tiles of it, with every kind of coefficient in two factors.</summary>
internal static class TileSamples
{
    /// <summary><c>v[oh,(y,x,ow),c] = (F d Fᵀ)[y,x]</c> of overlapping tiles d of (size + 1)×(size + 1) pixels, zeros around the image.</summary>
    public static Computation In(int height, int width, int channels, int size, int pad)
    {
        var (rows, columns, points) = (Tiles(height, size), Tiles(width, size), size + 1);
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        return Computation(
            rows, columns, channels, points, [input],
            new Expr.Read(input, [new([new("oh", size), new("y2", 1)], -pad), new([new("ow", size), new("x2", 1)], -pad), AffineIndex.Of("c")]),
            new Expr.Accumulator(),
            [rows, points * points * columns, channels],
            [AffineIndex.Of("oh"), new([new("y", points * columns), new("x", columns), new("ow", 1)], 0), AffineIndex.Of("c")]);
    }

    /// <summary><c>y[size·oh+y, size·ow+x, c] = (F t Fᵀ)[y,x]</c>; the last tiles overrun the image.</summary>
    public static Computation Out(int height, int width, int channels, int size, int outputChannels, bool residual)
    {
        var (rows, columns) = (Tiles(height, size), Tiles(width, size));
        var input = new BufferSpec("t", BufferRole.Activation, [rows, size * size * columns, channels]);
        var bias = new BufferSpec("b", BufferRole.Weight, [height, channels]);
        var skip = new BufferSpec("s", BufferRole.Activation, [height, width, channels]);
        AffineIndex row = new([new("oh", size), new("y", 1)], 0), column = new([new("ow", size), new("x", 1)], 0);
        var epilogue = Samples.Add(new Expr.Accumulator(), new Expr.Read(bias, [row, AffineIndex.Of("c")]));
        if (residual) epilogue = Samples.Add(epilogue, new Expr.Read(skip, [row, column, AffineIndex.Of("c")]));
        return Computation(
            rows, columns, channels, size, residual ? [input, bias, skip] : [input, bias],
            new Expr.Read(input, [AffineIndex.Of("oh"), new([new("y2", size * columns), new("x2", columns), new("ow", 1)], 0), AffineIndex.Of("c")]),
            epilogue, [height, width, outputChannels], [row, column, AffineIndex.Of("c", 1, outputChannels - channels)]);
    }

    private static Computation Computation(
        int rows, int columns, int channels, int points, ImmutableArray<BufferSpec> inputs, Expr element, Expr epilogue,
        ImmutableArray<int> output, ImmutableArray<AffineIndex> at)
    {
        var (first, second) = (Matrix(points, 0), Matrix(points, 2));
        return new Computation
        {
            Axes =
            [
                new Axis("c", channels, AxisKind.Spatial), new Axis("oh", rows, AxisKind.Spatial), new Axis("ow", columns, AxisKind.Spatial),
                new Axis("y", points, AxisKind.Point), new Axis("x", points, AxisKind.Point),
                .. new[] { "y1", "y2", "x1", "x2" }.Select(name => new Axis(name, points, AxisKind.Inner)),
            ],
            Inputs = inputs,
            Output = new BufferSpec("y", BufferRole.Output, output),
            OutputIndices = at,
            Reducer = Reducer.None,
            Term = new Expr.Combination(first, "x", "x1", new Expr.Combination(second, "x1", "x2",
                new Expr.Combination(first, "y", "y1", new Expr.Combination(second, "y1", "y2", element)))),
            Epilogue = epilogue,
            LaneAxis = "c",
        };
    }

    /// <summary>0, ±1 and others in every place, and a row of zeros where the matrix is large.</summary>
    private static Coefficients Matrix(int size, int shift)
    {
        float[] values = [1, 0, -1, 0.5f, 0, -2];
        return Coefficients.Of([.. Enumerable.Range(0, size).Select(row =>
            Enumerable.Range(0, size).Select(column => row == 3 ? 0 : values[(3 * row + column + shift) % values.Length]).ToArray())]);
    }

    private static int Tiles(int extent, int size) => (extent + size - 1) / size;
}
