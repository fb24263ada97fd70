namespace CPrune.Compiler.Expressions;

/// <summary>What an expression reads.</summary>
public static class ExprReads
{
    /// <summary>All reads, left to right; equal reads more than once.</summary>
    public static IEnumerable<Expr.Read> Reads(this Expr expression) => expression switch
    {
        Expr.Read read => [read],
        Expr.Unary unary => unary.Operand.Reads(),
        Expr.Binary binary => binary.Left.Reads().Concat(binary.Right.Reads()),
        Expr.Combination combination => combination.Term.Reads(),
        _ => [],
    };

    /// <summary>The expression with every read exchanged for another.</summary>
    public static Expr WithReads(this Expr expression, Func<Expr.Read, Expr.Read> change) => expression switch
    {
        Expr.Read read => change(read),
        Expr.Unary unary => unary with { Operand = unary.Operand.WithReads(change) },
        Expr.Binary binary => binary with { Left = binary.Left.WithReads(change), Right = binary.Right.WithReads(change) },
        Expr.Combination combination => combination with { Term = combination.Term.WithReads(change) },
        _ => expression,
    };

    /// <summary>Reads of the term, then of the epilogue.</summary>
    public static IEnumerable<Expr.Read> Reads(this Computation computation) =>
        computation.Term.Reads().Concat(computation.Epilogue.Reads());

    /// <summary>Which input a buffer is; buffers of one computation differ by name.</summary>
    public static int InputIndex(this Computation computation, BufferSpec buffer)
    {
        for (var i = 0; i < computation.Inputs.Length; i++)
            if (computation.Inputs[i].Name == buffer.Name) return i;
        throw new ArgumentException($"the computation reads '{buffer.Name}', which is none of its inputs", nameof(buffer));
    }
}
