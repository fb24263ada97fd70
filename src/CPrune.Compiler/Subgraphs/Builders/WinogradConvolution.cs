using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Subgraphs.Algorithms;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>
/// A 3×3 convolution of stride 1 as three kernels: tiles of the input are transformed, at every point of the tiles a matrix product is taken over the channels,
/// and the products are transformed back, with everything that is fused behind the convolution. Between them lie <c>[oh][p][ow][channel]</c>: rows of tiles,
/// points <c>p</c>, columns of tiles, so that a row of tiles is one piece of memory.
/// </summary>
internal sealed class WinogradConvolution(WinogradTransform transform) : IConvolutionAlgorithm
{
    private const int FewestChannels = 8, FewestTiles = 4;

    /// <summary>Transformed weights beyond this size come from a slow memory, and each must be used for several tiles.</summary>
    private const long NearBytes = 4 << 20;
    private const int TilesOfFarWeights = 16;

    /// <summary>Floats of a cache line.</summary>
    private const int Line = 16;

    private int Points => transform.Points;

    private string Name => $"winograd{transform.Outputs}";

    public bool Fits(Convolution convolution) =>
        convolution.Attributes.Groups == 1 && convolution.Window is { KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 };

    public bool IsPromising(Convolution convolution)
    {
        var (input, output, tiles) = (convolution.Input.Channels, convolution.Output.Channels, Tiles(convolution));
        var weightBytes = (long)sizeof(float) * Points * Points * input * output;
        return Math.Min(input, output) >= FewestChannels
            && tiles.Rows * tiles.Columns >= (weightBytes > NearBytes ? TilesOfFarWeights : FewestTiles);
    }

    public IEnumerable<Draft> Stages(Convolution convolution, Values values)
    {
        // Tiles that overrun the image read zeros there.
        var ((rows, columns), window) = (Tiles(convolution), convolution.Window);
        var padding = new Padding(
            window.PadTop, window.PadLeft, End(rows) - window.PadTop - convolution.Input.Rows, End(columns) - window.PadLeft - convolution.Input.Columns);
        var (view, order) = values.InAnyOrder(convolution.Node.Inputs[0], convolution.Node, padding, 0f);
        return [Input(convolution, view), Product(convolution, order), Output(convolution)];

        int End(int tiles) => tiles * transform.Outputs + WinogradTransform.Window - 1;
    }

    private (int Rows, int Columns) Tiles(Convolution convolution) =>
        (Covering(convolution.Output.Rows), Covering(convolution.Output.Columns));

    private int Covering(int outputs) => (outputs + transform.Outputs - 1) / transform.Outputs;

    /// <summary><c>v[oh,p,ow,c] = (Bᵀ d B)[y,x]</c> of the tile <c>d[i,j] = x[m·oh+i, m·ow+j, c]</c>.</summary>
    private Draft Input(Convolution conv, View view)
    {
        var (rows, columns) = Tiles(conv);
        var channel = Frame.Lanes(conv.Input.Channels);
        var stride = Stride(columns, channel.Extent);
        var frame = Between(conv, channel, new("y", Points * stride), new("x", stride), new("ow", channel.Extent), new("c", 1));
        var operands = new OperandTable();
        var (term, inner) = Transformed(
            transform.Input, (row, column) => operands.Read(view, InTile("oh", row), InTile("ow", column), AffineIndex.Of("c")));
        return new Draft
        {
            Anchor = conv.Node,
            Stage = $"{Name} input",
            IsMain = false,
            Layer = LayerOf(conv),
            Description = $"{Name} input {conv.Input.Channels} @{rows}x{columns}",
            Value = NameOf(conv, "input"),
            Axes = [channel, Frame.Rows(rows), Frame.Columns(columns), Point("y", Points), Point("x", Points), .. inner],
            Frame = frame,
            Operands = operands,
            Term = term,
        };
    }

    /// <summary><c>m[oh,p,ow,oc] = Σ ic: v[oh,p,ow,ic] · u[p,oc,ic]</c>.</summary>
    /// <param name="order">Where in the stored channels each of the convolution's is.</param>
    private Draft Product(Convolution conv, ImmutableArray<int> order)
    {
        var (rows, columns) = Tiles(conv);
        var (input, output) = (conv.Input.Channels, conv.Output.Channels);
        var filter = new Axis("oc", output, AxisKind.Spatial);
        var operands = new OperandTable();
        var view = Stored(conv, "input", input);
        var weight = new Operand.Constant(
            [Points * Points, output, input], () => WinogradWeights.Of(ChannelOrder.Moved(conv.Weight, 1, order), transform));
        return new Draft
        {
            Anchor = conv.Node,
            Stage = $"{Name} product",
            Layer = LayerOf(conv),
            Description = $"{Name} product {input}→{output} @{rows}x{columns}",
            Value = NameOf(conv, "product"),
            Axes =
            [
                new Axis("p", Points * Points, AxisKind.Spatial), filter, Frame.Rows(rows), Frame.Columns(columns),
                new Axis("ic", input, AxisKind.Reduction),
            ],
            Frame = Between(conv, filter, new("p", Stride(columns, output)), new("ow", output), new("oc", 1)),
            Operands = operands,
            Reducer = Reducer.Sum,
            Term = ElementwiseOperators.Multiply(
                operands.Read(
                    view, AffineIndex.Of("oh"), AffineIndex.Constant(0),
                    new AffineIndex([new("p", Stride(columns, input)), new("ow", input), new("ic", 1)], 0)),
                operands.Read(weight, [AffineIndex.Of("p"), AffineIndex.Of("oc"), AffineIndex.Of("ic")])),
            Macs = conv.Macs,
        };
    }

    /// <summary><c>y[m·oh+y, m·ow+x, c] = (Aᵀ t A)[y,x]</c> of the tile <c>t[i,j] = m[oh, p, ow, c]</c>, <c>p = (m+2)·i + j</c>.</summary>
    private Draft Output(Convolution conv)
    {
        var (rows, columns) = Tiles(conv);
        var channel = Frame.Lanes(conv.Output.Channels);
        var frame = Frame.OfImage(conv.Output, channel) with { Row = InTile("oh", "y"), Column = InTile("ow", "x") };
        var operands = new OperandTable();
        var view = Stored(conv, "product", conv.Output.Channels);
        var stride = Stride(columns, channel.Extent);
        var (term, inner) = Transformed(transform.Output, (row, column) => operands.Read(
            view, AffineIndex.Of("oh"), AffineIndex.Constant(0),
            new AffineIndex([new(row, Points * stride), new(column, stride), new("ow", channel.Extent), new("c", 1)], 0)));
        return new Draft
        {
            Anchor = conv.Node,
            Stage = $"{Name} output",
            IsMain = false,
            Layer = LayerOf(conv),
            Description = $"{Name} output {conv.Output.Channels} {conv.Place}",
            Value = conv.Node.Output,
            Axes = [channel, Frame.Rows(rows), Frame.Columns(columns), Point("y", transform.Outputs), Point("x", transform.Outputs), .. inner],
            Frame = frame,
            Operands = operands,
            Term = term,
            Epilogue = conv.Epilogue(frame, operands),
        };
    }

    /// <summary><c>F d Fᵀ</c> at point <c>[y,x]</c>, F being a product of factors: rows inside, because the points of a row then share their sums.</summary>
    private static (Expr Term, ImmutableArray<Axis> Inner) Transformed(Coefficients[] factors, Func<string, string, Expr> element)
    {
        var inner = ImmutableArray.CreateBuilder<Axis>();
        var term = element($"y{factors.Length}", $"x{factors.Length}");
        foreach (var dimension in new[] { "y", "x" })
            for (var f = factors.Length - 1; f >= 0; f--)
            {
                var over = new Axis($"{dimension}{f + 1}", factors[f].Columns, AxisKind.Inner);
                term = new Expr.Combination(factors[f], f == 0 ? dimension : $"{dimension}{f}", over.Name, term);
                inner.Add(over);
            }

        return (term, inner.ToImmutable());
    }

    /// <summary>The frame of what lies between two kernels: for each row of tiles one long row of elements.</summary>
    private Frame Between(Convolution conv, Axis channel, params ImmutableArray<AffineTerm> element) =>
        Frame.OfImage(ExtentsBetween(conv, channel.Extent), channel) with
        {
            Column = AffineIndex.Constant(0),
            Channel = new AffineIndex(element, 0),
        };

    private View Stored(Convolution conv, string stage, int channels) =>
        View.Whole(new Operand.Value(NameOf(conv, stage)), ExtentsBetween(conv, channels));

    private ActivationExtents ExtentsBetween(Convolution conv, int channels)
    {
        var (rows, columns) = Tiles(conv);
        return new ActivationExtents(rows, 1, Points * Points * Stride(columns, channels));
    }

    /// <summary>
    /// Elements from one point to the next: the columns of tiles in an odd number of cache lines, because a tile is written and read at all points in turn, and
    /// lines a power of two apart evict each other.
    /// </summary>
    private static int Stride(int columns, int channels) => ((columns * channels + Line - 1) / Line | 1) * Line;

    private string LayerOf(Convolution conv) => $"{conv.Description} {Name}";

    private string NameOf(Convolution conv, string stage) => $"{conv.Node.Output}/{Name} {stage}";

    private AffineIndex InTile(string tile, string inside) => new([new(tile, transform.Outputs), new(inside, 1)], 0);

    private static Axis Point(string name, int extent) => new(name, extent, AxisKind.Point);
}
