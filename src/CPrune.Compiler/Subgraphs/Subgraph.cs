using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Where a kernel's input comes from.</summary>
public abstract record Operand
{
    private Operand()
    {
    }

    /// <summary>The model's input as the caller gives it: channels, rows, columns.</summary>
    public sealed record ModelInput : Operand;

    /// <summary>A value of the graph, in the compiler's layout: rows, columns, channels.</summary>
    /// <param name="Offset">Where in its buffer the kernel's indices begin to count, in elements.</param>
    public sealed record Value(string Name, int Offset = 0) : Operand;

    /// <summary>A constant with logical extents as the computation's buffer declares them.</summary>
    public sealed record Constant(Tensor Tensor) : Operand;
}

/// <summary>
/// One anchor (convolution, dense layer, pooling, or a lone elementwise operator) with what is fused behind it, in one place of the model (method.md).
/// </summary>
/// <param name="Anchor">Name of the anchor node; for a convolution the node of the original graph.</param>
/// <param name="Nodes">All fused nodes' names, anchor first.</param>
/// <param name="Operands">One per input of the computation.</param>
/// <param name="Output">The graph value it makes, or makes a part of: a member of a concatenation is written in its place there.</param>
/// <param name="Macs">Multiply-accumulates of one image; 0 where there are none.</param>
public sealed record Subgraph(
    string Anchor, string AnchorOp, ImmutableArray<string> Nodes, Computation Computation, ImmutableArray<Operand> Operands, string Output, long Macs)
{
    /// <summary>For people, for example <c>conv 3x3/1 64→64 @8x8 +add +relu</c>.</summary>
    public required string Description { get; init; }

    /// <summary>Where in the output's buffer the kernel's indices begin to count, in elements.</summary>
    public int OutputOffset { get; init; }
}
