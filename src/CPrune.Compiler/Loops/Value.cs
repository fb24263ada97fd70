using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

public enum GuardKind
{
    /// <summary>Holds for all lanes or for none: settled once by choosing the address.</summary>
    Address,

    /// <summary>Differs from lane to lane: a mask.</summary>
    Lanes,
}

/// <summary>A condition under which an element exists.</summary>
public sealed record Guard(GuardKind Kind, Bound Bound);

/// <summary>
/// Elements of a buffer, one per lane. An index that mentions the lane variable moves from lane to lane (always to the next element in
/// memory); if none does, one element serves all lanes. Where a guard fails a read gives <see cref="Fill"/> and a write does nothing.
/// </summary>
public sealed record Access(int Slot, ImmutableArray<AffineIndex> Indices, ImmutableArray<Guard> Guards, float Fill);

/// <summary>A value per lane.</summary>
public abstract record Value
{
    private Value()
    {
    }

    public sealed record Load(Access Access) : Value;

    public sealed record Constant(float Number) : Value;

    public sealed record Accumulator : Value;

    public sealed record Unary(UnaryOp Op, Value Operand) : Value;

    public sealed record Binary(BinaryOp Op, Value Left, Value Right) : Value;

    /// <summary><c>Σ over: Coefficients[row, over] · Term</c>, with <paramref name="Over"/> as a variable of the term.</summary>
    /// <param name="Row">A variable whose value is known at every point: a loop of the register tile, or the variable of a combination around.</param>
    public sealed record Combination(Coefficients Coefficients, string Row, string Over, Value Term) : Value;

    /// <summary>This value with another in the place of the accumulator.</summary>
    public Value WithAccumulator(Value value) => this switch
    {
        Accumulator => value,
        Unary unary => unary with { Operand = unary.Operand.WithAccumulator(value) },
        Binary binary => binary with { Left = binary.Left.WithAccumulator(value), Right = binary.Right.WithAccumulator(value) },
        Combination combination => combination with { Term = combination.Term.WithAccumulator(value) },
        _ => this,
    };

    /// <summary>All loads in it.</summary>
    public IEnumerable<Access> Loads() => this switch
    {
        Load load => [load.Access],
        Unary unary => unary.Operand.Loads(),
        Binary binary => binary.Left.Loads().Concat(binary.Right.Loads()),
        Combination combination => combination.Term.Loads(),
        _ => [],
    };
}
