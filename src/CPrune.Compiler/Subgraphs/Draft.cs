using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>A subgraph that may still grow an epilogue.</summary>
internal sealed record Draft
{
    public required Node Anchor { get; init; }

    /// <summary>For example <c>conv 3x3/1 64→64 @8x8</c>.</summary>
    public required string Description { get; init; }

    /// <summary>The graph value that the draft computes so far.</summary>
    public required string Value { get; init; }

    public required ImmutableArray<Axis> Axes { get; init; }

    public required Frame Frame { get; init; }

    public required OperandTable Operands { get; init; }

    public required Expr Term { get; init; }

    public Reducer Reducer { get; init; } = Reducer.None;

    public Expr Epilogue { get; init; } = new Expr.Accumulator();

    public ImmutableArray<Node> Fused { get; init; } = [];

    public long Macs { get; init; }

    /// <summary>What the anchor computes with all its kernels, where this is one of several.</summary>
    public string? Layer { get; init; }

    /// <inheritdoc cref="Subgraph.Stage"/>
    public string Stage { get; init; } = "";

    /// <inheritdoc cref="Subgraph.IsMain"/>
    public bool IsMain { get; init; } = true;

    /// <inheritdoc cref="Subgraph.IsCopy"/>
    public bool IsCopy { get; init; }

    /// <summary>The finished subgraph, written to <paramref name="destination"/>.</summary>
    public Subgraph WrittenTo(Destination destination)
    {
        var (buffers, read) = Operands.ReadBy(Term, Epilogue);
        var (rows, columns, channels) = destination.Extents;
        var (computation, operands, offset) = ChannelOffsets.TakenOut(new Computation
        {
            Axes = Axes,
            Inputs = buffers,
            Output = new BufferSpec("y", BufferRole.Output, [rows, columns, channels]) { Block = destination.Block },
            OutputIndices = destination.At(Frame),
            Reducer = Reducer,
            Term = Term,
            Epilogue = Epilogue,
            LaneAxis = Frame.LaneAxis,
        }, read);
        var fused = string.Concat(Fused.Select(n => $" +{n.OpType.ToLowerInvariant()}"));
        return new Subgraph(
            NodeNames.Of(Anchor), [NodeNames.Of(Anchor), .. Fused.Select(NodeNames.Of)], PixelFusion.Of(computation), operands,
            destination.Buffer, Macs)
        {
            Description = Description + fused,
            Layer = (Layer ?? Description) + fused,
            OutputOffset = offset,
            Stage = Stage,
            IsMain = IsMain,
            IsCopy = IsCopy,
        };
    }
}

/// <summary>Names of nodes; a node without one goes by its output.</summary>
internal static class NodeNames
{
    public static string Of(Node node) => node.Name.Length > 0 ? node.Name : node.Output;
}
