using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

/// <summary>Expressions as closures over the point the interpreter stands at.</summary>
internal sealed class ExprClosures(Computation computation, ImmutableArray<Axis> slots)
{
    public Func<Point, float> Compile(Expr expression)
    {
        switch (expression)
        {
            case Expr.Constant constant:
                return _ => constant.Value;
            case Expr.Accumulator:
                return p => (float)p.Accumulator;
            case Expr.Read read:
                var (input, index, fill) = (computation.InputIndex(read.Buffer), Linear(read.Indices, read.Buffer), read.Fill);
                return p => index.TryFlat(p.Axes, out var flat) ? p.Inputs[input][flat] : fill;
            case Expr.Unary unary:
                var operand = Compile(unary.Operand);
                return unary.Op switch
                {
                    UnaryOp.Negate => p => -operand(p),
                    UnaryOp.Exp => p => MathF.Exp(operand(p)),
                    UnaryOp.Log => p => MathF.Log(operand(p)),
                    UnaryOp.Sqrt => p => MathF.Sqrt(operand(p)),
                    UnaryOp.Abs => p => MathF.Abs(operand(p)),
                    _ => throw new ArgumentException($"unknown operator {unary.Op}"),
                };
            case Expr.Binary binary:
                var (left, right) = (Compile(binary.Left), Compile(binary.Right));
                return binary.Op switch
                {
                    BinaryOp.Add => p => left(p) + right(p),
                    BinaryOp.Subtract => p => left(p) - right(p),
                    BinaryOp.Multiply => p => left(p) * right(p),
                    BinaryOp.Divide => p => left(p) / right(p),
                    BinaryOp.Max => p => MathF.Max(left(p), right(p)),
                    BinaryOp.Min => p => MathF.Min(left(p), right(p)),
                    _ => throw new ArgumentException($"unknown operator {binary.Op}"),
                };
            case Expr.Combination combination:
                return Combination(combination);
            default:
                throw new ArgumentException($"unknown expression {expression.GetType().Name}");
        }
    }

    private Func<Point, float> Combination(Expr.Combination combination)
    {
        var (coefficients, term) = (combination.Coefficients, Compile(combination.Term));
        var (row, over) = (Slot(combination.Row), Slot(combination.Over));
        return p =>
        {
            var sum = 0.0;
            for (var k = 0; k < coefficients.Columns; k++)
            {
                var factor = coefficients[p.Axes[row], k];
                if (factor == 0) continue;
                p.Axes[over] = k;
                sum += (double)factor * term(p);
            }
            return (float)sum;
        };
    }

    private int Slot(string axis) => slots.IndexOf(computation[axis]);

    public LinearIndex Linear(ImmutableArray<AffineIndex> indices, BufferSpec buffer) => new(
        [.. indices.Select(i => slots.Select(a => i.Terms.Where(t => t.Axis == a.Name).Sum(t => t.Coefficient)).ToArray())],
        [.. indices.Select(i => i.Offset)],
        [.. buffer.Extents],
        buffer.Block);
}
