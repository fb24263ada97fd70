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

    /// <summary>The finished subgraph, written to <paramref name="destination"/>.</summary>
    public Subgraph WrittenTo(Destination destination)
    {
        var (buffers, operands) = Operands.ReadBy(Term, Epilogue);
        var (rows, columns, channels) = destination.Extents;
        var computation = new Computation
        {
            Axes = Axes,
            Inputs = buffers,
            Output = new BufferSpec("y", BufferRole.Output, [rows, columns, channels]),
            OutputIndices = [Frame.Row, Frame.Column, Frame.Channel with { Offset = Frame.Channel.Offset + destination.FirstChannel }],
            Reducer = Reducer,
            Term = Term,
            Epilogue = Epilogue,
            LaneAxis = Frame.LaneAxis,
        };
        var description = Description + string.Concat(Fused.Select(n => $" +{n.OpType.ToLowerInvariant()}"));
        return new Subgraph(
            NodeNames.Of(Anchor), Anchor.OpType, [NodeNames.Of(Anchor), .. Fused.Select(NodeNames.Of)], computation, operands,
            destination.Buffer, Macs)
        {
            Description = description,
        };
    }
}

/// <summary>Where a value is written: a buffer of its own, or the channels from <paramref name="FirstChannel"/> on of a concatenation's.</summary>
/// <param name="Buffer">The graph value the buffer is named after.</param>
/// <param name="Extents">The whole buffer's.</param>
internal sealed record Destination(string Buffer, ActivationExtents Extents, int FirstChannel)
{
    /// <summary>The <paramref name="channels"/> channels written here, as a value.</summary>
    public View Shown(int channels)
    {
        var whole = View.Whole(new Operand.Value(Buffer), Extents);
        return whole with { Channels = whole.Channels.Sliced(FirstChannel, channels) };
    }
}

/// <summary>Names of nodes; a node without one goes by its output.</summary>
internal static class NodeNames
{
    public static string Of(Node node) => node.Name.Length > 0 ? node.Name : node.Output;
}
