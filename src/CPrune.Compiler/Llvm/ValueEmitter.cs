using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>Values and their combination with an accumulator, for one point of the register tile.</summary>
internal sealed class ValueEmitter(
    IrBuilder builder, LoopNest nest, AddressEmitter addresses, MaskEmitter masks, VectorType type, Target target)
{
    private readonly ExpEmitter _exp = new(builder, type, target);

    /// <summary>The accumulator after one more term.</summary>
    public string Fold(Reducer reducer, string accumulator, Value term) => reducer switch
    {
        Reducer.Sum or Reducer.Max when Vanishes(term, reducer) => accumulator,
        Reducer.None => Of(term, accumulator),
        Reducer.Max => Max(Of(term, accumulator), accumulator),
        Reducer.Sum when term is Value.Binary { Op: BinaryOp.Multiply } product =>
            MultiplyAdd(Of(product.Left, accumulator), Of(product.Right, accumulator), accumulator),
        Reducer.Sum => builder.Emit($"fadd contract {type.Float} {accumulator}, {Of(term, accumulator)}"),
        _ => throw new ArgumentException($"unknown reducer {reducer}"),
    };

    public string Of(Value value, string accumulator) => value switch
    {
        Value.Load load => Load(load.Access),
        Value.Constant constant => type.Splat(constant.Number),
        Value.Accumulator => accumulator,
        Value.Unary unary => Unary(unary.Op, Of(unary.Operand, accumulator)),
        Value.Binary binary => Binary(binary.Op, Of(binary.Left, accumulator), Of(binary.Right, accumulator)),
        _ => throw new ArgumentException($"unknown value {value.GetType().Name}"),
    };

    public void Store(Access access, string value)
    {
        var mask = masks.Of(access, out var none);
        if (none) return;
        var address = addresses.InBuffer(access);
        if (mask is null) builder.Do($"store {type.Float} {value}, ptr {address}, align 4");
        else
            builder.CallVoid(
                $"llvm.masked.store.{type.Suffix}.p0", (type.Float, value), ("ptr", address), ("i32 immarg", "4"), (type.Mask, mask));
    }

    /// <summary>Whether a term reads only padding here and adds nothing.</summary>
    private bool Vanishes(Value term, Reducer reducer) => term switch
    {
        Value.Load load => WindowRestriction.IsNeutral(load.Access.Fill, reducer) && addresses.IsAbsent(load.Access),
        Value.Binary { Op: BinaryOp.Multiply } product when reducer == Reducer.Sum =>
            Vanishes(product.Left, reducer) || Vanishes(product.Right, reducer),
        _ => false,
    };

    private string Load(Access access)
    {
        if (addresses.IsAbsent(access)) return type.Splat(access.Fill);
        if (nest.LaneVariable is not { } lane || !access.Indices.Any(i => i.Mentions(lane))) return Broadcast(access);
        if (access.Guards.Any(g => g.Kind == GuardKind.Lanes)) return MaskedLoad(access);
        var buffer = nest.Buffers[access.Slot];
        if (buffer.Role == BufferRole.Weight) return WeightVector(addresses.Chosen(access), IsLongerThan(buffer, nest.WeightPrefetch));
        return builder.Emit($"load {type.Float}, ptr {addresses.Chosen(access)}, align 4");
    }

    /// <summary>Packed weights end in a whole vector, so each of their vectors is aligned.</summary>
    private string WeightVector(string address, bool prefetches)
    {
        var load = $"load {type.Float}, ptr {address}, align {sizeof(float) * type.Lanes}";
        if (nest.WeightPrefetch > 0 && prefetches && builder.Scope.Find(load) is null)
        {
            var ahead = builder.Emit($"getelementptr i8, ptr {address}, i64 {nest.WeightPrefetch}");
            builder.CallVoid("llvm.prefetch.p0", ("ptr", ahead), ("i32 immarg", "0"), ("i32 immarg", "3"), ("i32 immarg", "1"));
        }

        return builder.Emit(load);
    }

    /// <summary>A bias has nothing so far ahead.</summary>
    private static bool IsLongerThan(PhysicalBuffer buffer, int bytes) => buffer.Length * sizeof(float) > bytes;

    private string Broadcast(Access access)
    {
        var scalar = builder.Emit($"load float, ptr {addresses.Chosen(access)}, align 4");
        if (type.Lanes == 1) return scalar;
        var inserted = builder.Emit($"insertelement {type.Float} poison, float {scalar}, i64 0");
        return builder.Emit(type.SpreadFirst(type.Float, inserted));
    }

    private string MaskedLoad(Access access)
    {
        var mask = masks.Of(access, out var none);
        if (none) return type.Splat(access.Fill);
        var address = addresses.InBuffer(access);
        if (mask is null) return builder.Emit($"load {type.Float}, ptr {address}, align 4");
        var fill = (type.Float, type.Splat(access.Fill));
        return builder.Call(type.Float, $"llvm.masked.load.{type.Suffix}.p0", ("ptr", address), ("i32 immarg", "4"), (type.Mask, mask), fill);
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
