using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>Values and their combination with an accumulator, for one accumulator of the register tile.</summary>
internal sealed class ValueEmitter(IrBuilder builder, MemoryEmitter memory, VectorType type, Target target)
{
    private readonly ExpEmitter _exp = new(builder, type, target);
    private readonly LogEmitter _log = new(builder, type, target);

    /// <summary>The accumulator after one more term.</summary>
    public string Fold(Reducer reducer, string accumulator, Value term) => reducer switch
    {
        Reducer.Sum or Reducer.Max when Vanishes(term, reducer) => accumulator,
        Reducer.Max => Max(Of(term, accumulator), accumulator),
        Reducer.Sum when term is Value.Binary { Op: BinaryOp.Multiply } product =>
            MultiplyAdd(Of(product.Left, accumulator), Of(product.Right, accumulator), accumulator),
        Reducer.Sum => builder.Emit($"fadd contract {type.Float} {accumulator}, {Of(term, accumulator)}"),
        _ => throw new ArgumentException($"unknown reducer {reducer}"),
    };

    public string Of(Value value, string accumulator) => value switch
    {
        Value.Load load => memory.Load(load.Access),
        Value.Constant constant => type.Splat(constant.Number),
        Value.Accumulator => accumulator,
        Value.Unary unary => Unary(unary.Op, Of(unary.Operand, accumulator)),
        Value.Binary binary => Binary(binary.Op, Of(binary.Left, accumulator), Of(binary.Right, accumulator)),
        Value.Combination combination => Combination(combination, accumulator),
        _ => throw new ArgumentException($"unknown value {value.GetType().Name}"),
    };

    /// <summary>Whether a term reads only padding here and adds nothing.</summary>
    private bool Vanishes(Value term, Reducer reducer) => term switch
    {
        Value.Load load => WindowRestriction.IsNeutral(load.Access.Fill, reducer) && memory.IsAbsent(load.Access),
        Value.Binary { Op: BinaryOp.Multiply } product when reducer == Reducer.Sum =>
            Vanishes(product.Left, reducer) || Vanishes(product.Right, reducer),
        _ => false,
    };

    /// <summary>
    /// Written out with the known coefficients: 0 vanishes, ±1 is an addition or a subtraction. Terms with the coefficient 1 come first, because the
    /// first one then costs nothing.
    /// </summary>
    private string Combination(Value.Combination combination, string accumulator)
    {
        var (coefficients, row) = (combination.Coefficients, checked((int)builder[combination.Row].Range.Low));
        string? sum = null;
        foreach (var k in Enumerable.Range(0, coefficients.Columns).OrderBy(k => coefficients[row, k] == 1 ? 0 : 1))
        {
            var factor = coefficients[row, k];
            if (factor == 0) continue;
            builder.Set(combination.Over, IrVariable.Number(k));
            var term = Of(combination.Term, accumulator);
            sum = (sum, factor) switch
            {
                (null, 1) => term,
                (null, -1) => Unary(UnaryOp.Negate, term),
                (null, _) => Binary(BinaryOp.Multiply, term, type.Splat(factor)),
                (_, 1) => Binary(BinaryOp.Add, sum, term),
                (_, -1) => Binary(BinaryOp.Subtract, sum, term),
                _ => MultiplyAdd(term, type.Splat(factor), sum),
            };
        }
        return sum ?? type.Splat(0f);
    }

    private string MultiplyAdd(string a, string b, string c)
    {
        if (target.HasFusedMultiplyAdd)
            return builder.Call(type.Float, $"llvm.fma.{type.Suffix}", (type.Float, a), (type.Float, b), (type.Float, c));
        return builder.Emit($"fadd contract {type.Float} {c}, {builder.Emit($"fmul contract {type.Float} {a}, {b}")}");
    }

    private string Unary(UnaryOp op, string operand) => op switch
    {
        UnaryOp.Negate => builder.Emit($"fneg {type.Float} {operand}"),
        UnaryOp.Exp => _exp.Of(operand),
        UnaryOp.Log => _log.Of(operand),
        UnaryOp.Sqrt => builder.Call(type.Float, $"llvm.sqrt.{type.Suffix}", (type.Float, operand)),
        UnaryOp.Abs => builder.Call(type.Float, $"llvm.fabs.{type.Suffix}", (type.Float, operand)),
        _ => throw new ArgumentException($"unknown operator {op}"),
    };

    private string Binary(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Add => builder.Emit($"fadd contract {type.Float} {left}, {right}"),
        BinaryOp.Subtract => builder.Emit($"fsub contract {type.Float} {left}, {right}"),
        BinaryOp.Multiply => builder.Emit($"fmul contract {type.Float} {left}, {right}"),
        BinaryOp.Divide => builder.Emit($"fdiv contract {type.Float} {left}, {right}"),
        BinaryOp.Max => Max(left, right),
        BinaryOp.Min => Min(left, right),
        _ => throw new ArgumentException($"unknown operator {op}"),
    };

    private string Max(string left, string right) =>
        target.Instructions.HasNumberMaximum ? Extreme("maxnum", left, right) : Choose("ogt", left, right);

    private string Min(string left, string right) =>
        target.Instructions.HasNumberMaximum ? Extreme("minnum", left, right) : Choose("olt", left, right);

    private string Extreme(string function, string left, string right) =>
        builder.Call(type.Float, $"llvm.{function}.{type.Suffix}", (type.Float, left), (type.Float, right));

    /// <summary>Comparison and choice in the one order that is a single instruction on x86.</summary>
    private string Choose(string comparison, string left, string right)
    {
        var chosen = builder.Emit($"fcmp {comparison} {type.Float} {left}, {right}");
        return builder.Emit($"select {type.Mask} {chosen}, {type.Float} {left}, {type.Float} {right}");
    }
}
