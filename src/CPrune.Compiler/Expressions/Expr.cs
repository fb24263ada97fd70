using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

public enum UnaryOp
{
    Negate,
    Exp,

    /// <summary>The natural logarithm of a positive normal number.</summary>
    Log,
    Sqrt,
    Abs,
}

public enum BinaryOp
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Max,
    Min,
}

/// <summary>A scalar expression at one point of the iteration space.</summary>
public abstract record Expr
{
    private Expr()
    {
    }

    /// <summary>
    /// An element of a buffer. Where an index leaves its extent the value is <see cref="Fill"/>: padding needs no padded copy.
    /// </summary>
    public sealed record Read(BufferSpec Buffer, ImmutableArray<AffineIndex> Indices, float Fill = 0f) : Expr;

    public sealed record Constant(float Value) : Expr;

    /// <summary>The finished reduction; only in an epilogue.</summary>
    public sealed record Accumulator : Expr;

    public sealed record Unary(UnaryOp Op, Expr Operand) : Expr;

    public sealed record Binary(BinaryOp Op, Expr Left, Expr Right) : Expr;

    /// <summary>
    /// <c>Σ over: Coefficients[row, over] · Term</c>, written out: what has the coefficient 0 is not computed, and the points of a register tile
    /// share equal sums, so that nested combinations cost what a transform one dimension after the other does.
    /// </summary>
    /// <param name="Row">An axis of kind <see cref="AxisKind.Point"/>, or the <paramref name="Over"/> of a combination around this one.</param>
    /// <param name="Over">An axis of kind <see cref="AxisKind.Inner"/>.</param>
    public sealed record Combination(Coefficients Coefficients, string Row, string Over, Expr Term) : Expr;
}
