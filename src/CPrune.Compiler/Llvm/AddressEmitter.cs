using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// Addresses of accesses. A guarded read's address is chosen between the buffer and a constant array once, in the innermost loop the guard
/// depends on; the loops inside it then run over either alike.
/// </summary>
internal sealed class AddressEmitter(IrBuilder builder, LoopNest nest, FillBuffers fills, IReadOnlyList<string> bases)
{
    /// <summary>The extents of the register tile, to size a constant array for every point of it.</summary>
    public IReadOnlyDictionary<string, int> TileExtents { get; set; } = new Dictionary<string, int>();

    /// <summary>Whether a guard fails here for certain, so that there is nothing to read.</summary>
    public bool IsAbsent(Access access) =>
        access.Guards.Any(g => g.Kind == GuardKind.Address && Condition(g.Bound, out var holds) is null && !holds);

    /// <summary>The address of the first lane's element in its buffer, whatever the guards say, or of one <paramref name="shift"/> elements behind it.</summary>
    public string InBuffer(Access access, int shift = 0) => Along(bases[access.Slot], builder.Fold(Flat(access).Plus(shift)), null);

    /// <summary>The address of the first lane's element, or of one that holds the fill value where an address guard fails.</summary>
    public string Chosen(Access access, int shift = 0) =>
        Condition(access) is var (condition, scope) ? Chosen(access, condition, scope, shift) : InBuffer(access, shift);

    /// <summary>Whether all address guards hold, and the innermost scope that depends on; null where they hold for certain.</summary>
    public (string Condition, IrScope Scope)? Condition(Access access)
    {
        (string Condition, IrScope Scope)? all = null;
        foreach (var guard in access.Guards.Where(g => g.Kind == GuardKind.Address))
        {
            if (Condition(guard.Bound, out _) is not { } one) continue;
            var scope = builder.ScopeOf(builder.Fold(guard.Bound.Index));
            if (all is not var (others, inner)) all = (one, scope);
            else
            {
                if (inner.Depth > scope.Depth) scope = inner;
                all = (builder.Hoist(scope, $"and i1 {others}, {one}"), scope);
            }
        }
        return all;
    }

    /// <summary>A guard's bound as a condition, or a settled answer.</summary>
    public string? Condition(Bound bound, out bool holds)
    {
        var folded = builder.Fold(bound.Index);
        var range = builder.Range(folded);
        holds = range.FitsIn(bound.Extent);
        if (holds || range.High < 0 || range.Low >= bound.Extent) return null;
        return builder.Hoist(builder.ScopeOf(folded), $"icmp ult i64 {builder.Index(folded)}, {bound.Extent}");
    }

    private string Chosen(Access access, string condition, IrScope scope, int shift)
    {
        var flat = Flat(access);
        var folded = builder.Fold(flat);
        // What the loops inside add to either address, over all points of the register tile.
        var range = flat.Range(v =>
            TileExtents.TryGetValue(v, out var extent) ? new Interval(0, extent - 1)
            : IsSettled(v, scope) ? new Interval(0, 0)
            : builder[v].Range);
        var fill = fills.Need(access.Fill, range.High - range.Low + nest.Lanes);
        var outside = $"getelementptr (float, ptr {fill}, i64 {-range.Low})";
        var inside = Along(bases[access.Slot], new AffineIndex([.. folded.Terms.Where(t => IsSettled(t.Axis, scope))], 0), null);
        var start = builder.Hoist(scope, $"select i1 {condition}, ptr {inside}, ptr {outside}");
        return Along(start, new AffineIndex([.. folded.Terms.Where(t => !IsSettled(t.Axis, scope))], folded.Offset + shift), scope);
    }

    /// <summary>Whether a variable's value is known where a scope begins.</summary>
    private bool IsSettled(string variable, IrScope scope) =>
        builder[variable] is { Register: not null } register && register.Scope!.Depth <= scope.Depth;

    private string Along(string pointer, AffineIndex folded, IrScope? from)
    {
        foreach (var term in folded.Terms)
        {
            var (register, scope) = (builder[term.Axis].Register!, builder[term.Axis].Scope!);
            var product = term.Coefficient == 1 ? register : builder.Hoist(scope, $"mul nsw i64 {register}, {term.Coefficient}");
            pointer = builder.Hoist(scope, $"getelementptr float, ptr {pointer}, i64 {product}");
            from = scope;
        }
        if (folded.Offset == 0) return pointer;
        return builder.Hoist(from ?? builder.ScopeOf(folded), $"getelementptr float, ptr {pointer}, i64 {folded.Offset}");
    }

    private AffineIndex Flat(Access access)
    {
        var flat = nest.Buffers[access.Slot].Flat(access.Indices);
        return nest.LaneVariable is { } lane ? flat.Substitute(v => v == lane ? AffineIndex.Constant(0) : AffineIndex.Of(v)) : flat;
    }
}
