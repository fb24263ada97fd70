using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Rows and columns as one axis <c>ow</c> of all pixels, where every image is read and written at the same place: a 1×1 convolution becomes a matrix product,
/// and a register tile goes on from the end of a row into the next. Images of 7×7 or 13×13 pixels have no tile that fits both their rows and a small register file.
/// </summary>
internal sealed class PixelFusion
{
    /// <summary>
    /// Rows that are whole tiles of so many columns fit any register file as they are; they stay rows, by which kernels can be chained.
    /// </summary>
    private const int TileColumns = 4;

    private readonly Computation _computation;
    private readonly int _columns;

    private PixelFusion(Computation computation) => (_computation, _columns) = (computation, computation["ow"].Extent);

    /// <summary>The same computation over pixels, or as it is where rows and columns make a difference or fusing them makes none.</summary>
    public static Computation Of(Computation computation)
    {
        if (!computation.Has("oh") || !computation.Has("ow")) return computation;
        var fusion = new PixelFusion(computation);
        return computation["oh"].Extent > 1 && fusion._columns > 1 && fusion._columns % TileColumns > 0 && fusion.Fits() ? fusion.Fused() : computation;
    }

    private bool Fits() =>
        Fits(_computation.Output, _computation.OutputIndices)
        && _computation.Reads().All(r => Fits(r.Buffer, r.Indices))
        // A buffer has one shape for all who read it.
        && _computation.Reads().GroupBy(r => r.Buffer.Name, r => RowDimension(r.Indices)).All(g => g.Distinct().Count() == 1);

    /// <summary>Whether an access moves from pixel to pixel as one axis of all pixels would, or not at all.</summary>
    private bool Fits(BufferSpec buffer, ImmutableArray<AffineIndex> indices)
    {
        var row = RowDimension(indices);
        var others = row < 0 ? indices : indices.RemoveRange(row, Math.Min(2, indices.Length - row));
        if (others.Any(i => i.CoefficientOf("oh") != 0 || i.CoefficientOf("ow") != 0)) return false;
        return row < 0 || (row + 1 < indices.Length && Is(indices[row], "oh") && Is(indices[row + 1], "ow") && buffer.Extents[row + 1] == _columns);
    }

    /// <summary>The dimension that moves with the rows; -1 for none.</summary>
    private static int RowDimension(ImmutableArray<AffineIndex> indices)
    {
        for (var d = 0; d < indices.Length; d++)
            if (indices[d].CoefficientOf("oh") != 0) return d;
        return -1;
    }

    /// <summary>Whether an index is an axis and nothing else; a window of one element adds nothing.</summary>
    private bool Is(AffineIndex index, string axis) =>
        index.Offset == 0 && index.CoefficientOf(axis) == 1 && index.Terms.All(t => t.Axis == axis || _computation[t.Axis].Extent == 1);

    private Computation Fused()
    {
        var pixels = new Axis("ow", _computation["oh"].Extent * _columns, AxisKind.Spatial);
        var buffers = _computation.Reads().DistinctBy(r => r.Buffer.Name).ToDictionary(r => r.Buffer.Name, r => InPixels(r.Buffer, RowDimension(r.Indices)));
        return _computation with
        {
            Axes = [.. _computation.Axes.Where(a => a.Name != "oh").Select(a => a.Name == "ow" ? pixels : a)],
            Inputs = [.. _computation.Inputs.Select(b => buffers.GetValueOrDefault(b.Name, b))],
            Output = InPixels(_computation.Output, RowDimension(_computation.OutputIndices)),
            OutputIndices = InPixels(_computation.OutputIndices),
            Term = _computation.Term.WithReads(Read),
            Epilogue = _computation.Epilogue.WithReads(Read),
        };

        Expr.Read Read(Expr.Read read) => read with { Buffer = buffers[read.Buffer.Name], Indices = InPixels(read.Indices) };
    }

    private static BufferSpec InPixels(BufferSpec buffer, int row) => row < 0 ? buffer : buffer with
    {
        Extents = buffer.Extents.SetItem(row, buffer.Extents[row] * buffer.Extents[row + 1]).RemoveAt(row + 1),
    };

    private static ImmutableArray<AffineIndex> InPixels(ImmutableArray<AffineIndex> indices) =>
        RowDimension(indices) is var row and >= 0 ? indices.SetItem(row, AffineIndex.Of("ow")).RemoveAt(row + 1) : indices;
}
