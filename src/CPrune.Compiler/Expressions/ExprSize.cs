namespace CPrune.Compiler.Expressions;

/// <summary>How large an expression is when it is written out: what is used twice counts twice.</summary>
internal static class ExprSize
{
    /// <summary>Whether an expression has at most so many parts. It takes no longer than to count so many.</summary>
    public static bool IsAtMost(Expr expression, int parts) => Left(expression, parts) >= 0;

    /// <returns>What is left of a number of parts; below 0 if they were not enough.</returns>
    private static int Left(Expr expression, int parts) => parts <= 0 ? -1 : expression switch
    {
        Expr.Unary unary => Left(unary.Operand, parts - 1),
        Expr.Binary binary => Left(binary.Left, parts - 1) is var left and >= 0 ? Left(binary.Right, left) : -1,
        Expr.Combination combination => Left(combination.Term, parts - 1),
        _ => parts - 1,
    };
}
