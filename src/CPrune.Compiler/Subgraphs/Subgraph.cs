using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
    public sealed record Constant : Operand
    {
        private readonly object _origin;
        private readonly Lazy<Tensor> _tensor;

        public Constant(Tensor tensor) => (_origin, _tensor, Extents) = (tensor, new Lazy<Tensor>(tensor), tensor.Shape);

        /// <summary>A constant that is made when it is first asked for: most plans are never compiled.</summary>
        public Constant(ImmutableArray<int> extents, Func<Tensor> make) => (_origin, _tensor, Extents) = (make, new Lazy<Tensor>(make), extents);

        public ImmutableArray<int> Extents { get; }

        public long Bytes => (long)Shapes.Count(Extents) * sizeof(float);

        public Tensor Tensor => _tensor.Value;

        /// <summary>Whether it is the same tensor, not an equal one.</summary>
        public bool Equals(Constant? other) => other is not null && ReferenceEquals(_origin, other._origin);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_origin);
    }
}

/// <summary>
/// One anchor (convolution, dense layer, pooling, or a lone elementwise operator) with what is fused behind it, in one place of the model (docs/how-it-works.md, "Words").
/// </summary>
/// <param name="Anchor">Name of the anchor node, for a convolution the node of the original graph.</param>
/// <param name="Nodes">All fused nodes' names, anchor first.</param>
/// <param name="Operands">One per input of the computation.</param>
/// <param name="Output">The graph value it makes, or makes a part of: a member of a concatenation is written in its place there.</param>
/// <param name="Macs">Multiply-accumulates of one image, of a convolution those of the direct sum whatever its algorithm; 0 where there are none.</param>
public sealed record Subgraph(
    string Anchor, ImmutableArray<string> Nodes, Computation Computation, ImmutableArray<Operand> Operands, string Output, long Macs)
{
    /// <summary>For people, for example <c>conv 3x3/1 64→64 @8x8 +add +relu</c>.</summary>
    public required string Description { get; init; }

    /// <summary>What the anchor's kernels up to this one compute together, for people: of the last one the whole layer.</summary>
    public required string Layer { get; init; }

    /// <summary>Where in the output's buffer the kernel's indices begin to count, in elements.</summary>
    public int OutputOffset { get; init; }

    /// <summary>
    /// Which part of the anchor's work this is, where that takes several kernels, for example <c>winograd4 product</c>. Empty for the whole.
    /// </summary>
    public string Stage { get; init; } = "";

    /// <summary>Anchor and stage: no two subgraphs of a model have the same.</summary>
    public string Name => Stage.Length == 0 ? Anchor : $"{Anchor}/{Stage}";

    /// <summary>Whether the loops over the anchor's filters and channels are in this kernel; of the anchor's kernels one at most.</summary>
    public bool IsMain { get; init; } = true;

    /// <summary>Whether it only moves elements to where the anchor can read them.</summary>
    public bool IsCopy { get; init; }
}
