using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>The buffers of a computation under construction and where each comes from. The same operand read twice is one buffer.</summary>
internal sealed class OperandTable
{
    private readonly List<(BufferSpec Buffer, Operand Operand)> _entries = [];

    /// <summary>An element of a value of the graph.</summary>
    public Expr Read(View view, AffineIndex row, AffineIndex column, AffineIndex channel) =>
        new Expr.Read(BufferOf(view.Source, view.BufferExtents, view.Block), view.At(row, column, channel), view.Fill);

    /// <summary>The output's element of a value that has the output's extents.</summary>
    public Expr Read(View view, Frame frame) => Read(view, frame.Row, frame.Column, frame.Channel);

    /// <summary>An element of a buffer seen as one long row.</summary>
    public Expr ReadFlat(View view, AffineIndex index) =>
        new Expr.Read(BufferOf(view.Source, [view.BufferExtents.Aggregate(1, (n, e) => n * e)]), [index]);

    /// <summary>An element of a constant.</summary>
    public Expr Read(Tensor constant, params ImmutableArray<AffineIndex> indices) =>
        Read(new Operand.Constant(constant), indices);

    /// <inheritdoc cref="Read(Tensor, ImmutableArray{AffineIndex})"/>
    public Expr Read(Operand.Constant constant, params ImmutableArray<AffineIndex> indices) =>
        new Expr.Read(BufferOf(constant, constant.Extents), indices);

    /// <summary>Buffers and operands that <paramref name="computed"/> reads; what a given up fusion asked for is left out.</summary>
    public (ImmutableArray<BufferSpec> Buffers, ImmutableArray<Operand> Operands) ReadBy(params ReadOnlySpan<Expr> computed)
    {
        var read = new HashSet<BufferSpec>(ReferenceEqualityComparer.Instance);
        foreach (var expr in computed) read.UnionWith(expr.Reads().Select(r => r.Buffer));
        var used = _entries.Where(e => read.Contains(e.Buffer)).ToList();
        return ([.. used.Select(e => e.Buffer)], [.. used.Select(e => e.Operand)]);
    }

    private BufferSpec BufferOf(Operand operand, ImmutableArray<int> extents, int block = 0)
    {
        foreach (var entry in _entries)
            if (entry.Operand == operand && entry.Buffer.Extents.SequenceEqual(extents)) return entry.Buffer;
        var isConstant = operand is Operand.Constant;
        var name = $"{(isConstant ? 'w' : 'x')}{_entries.Count}";
        var buffer = new BufferSpec(name, isConstant ? BufferRole.Weight : BufferRole.Activation, extents) { Block = block };
        _entries.Add((buffer, operand));
        return buffer;
    }
}
