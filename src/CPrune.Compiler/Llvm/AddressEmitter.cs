using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// Addresses of accesses. A guarded read's address is chosen between the buffer and a constant array once, in the innermost loop the guard depends on; the loops inside it then run over either alike.
/// </summary>
internal sealed class AddressEmitter(IrBuilder builder, LoopNest nest, FillBuffers fills, IReadOnlyList<string> bases)
{
    /// <summary>The extents of the register tile, to size a constant array for every point of it.</summary>
    public IReadOnlyDictionary<string, int> TileExtents { get; set; } = new Dictionary<string, int>();

    /// <summary>The address of the first lane's element.</summary>
    /// <param name="chosen">Whether address guards choose between buffer and constant; otherwise the caller masks.</param>
    public string Of(Access access, bool chosen)
    {
        var flat = Flat(access);
        var folded = builder.Fold(flat);
        var conditions = chosen ? Conditions(access) : [];
        if (conditions.Count == 0) return Along(bases[access.Slot], "float", folded, null);
        var scope = conditions.Select(builder.ScopeOf).MaxBy(s => s.Depth)!;
        return Chosen(access, flat, folded, scope);
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

    private List<AffineIndex> Conditions(Access access) =>
        [.. access.Guards.Where(g => g.Kind == GuardKind.Address && !builder.Range(builder.Fold(g.Bound.Index)).FitsIn(g.Bound.Extent)).Select(g => builder.Fold(g.Bound.Index))];

    private string Chosen(Access access, AffineIndex flat, AffineIndex folded, IrScope scope)
    {
        string? condition = null;
        var never = false;
        foreach (var guard in access.Guards.Where(g => g.Kind == GuardKind.Address))
        {
            var one = Condition(guard.Bound, out var holds);
            if (one is null) never |= !holds;
            else condition = condition is null ? one : builder.Hoist(scope, $"and i1 {condition}, {one}");
        }
        // What the loops inside add to either address, over all points of the register tile.
        var inside = new AffineIndex([.. folded.Terms.Where(t => builder[t.Axis].Scope!.Depth > scope.Depth)], folded.Offset);
        var range = flat.Range(v => TileExtents.TryGetValue(v, out var extent) ? new Interval(0, extent - 1)
            : builder[v] is { Register: not null } outer && outer.Scope!.Depth <= scope.Depth ? new Interval(0, 0) : builder[v].Range);
        var fill = fills.Need(access.Fill, range.High - range.Low + nest.Lanes);
        var outside = $"getelementptr (float, ptr {fill}, i64 {-range.Low})";
        var start = outside;
        if (!never)
        {
            var prefix = new AffineIndex([.. folded.Terms.Where(t => builder[t.Axis].Scope!.Depth <= scope.Depth)], 0);
            var real = Along(bases[access.Slot], "float", prefix, null);
            start = condition is null ? real : builder.Hoist(scope, $"select i1 {condition}, ptr {real}, ptr {outside}");
        }
        return Along(start, "float", inside, scope);
    }

    private string Along(string pointer, string element, AffineIndex folded, IrScope? from)
    {
        foreach (var term in folded.Terms)
        {
            var (register, scope) = (builder[term.Axis].Register!, builder[term.Axis].Scope!);
            var product = term.Coefficient == 1 ? register : builder.Hoist(scope, $"mul nsw i64 {register}, {term.Coefficient}");
            pointer = builder.Hoist(scope, $"getelementptr {element}, ptr {pointer}, i64 {product}");
            from = scope;
        }
        if (folded.Offset == 0) return pointer;
        return builder.Hoist(from ?? builder.ScopeOf(folded), $"getelementptr {element}, ptr {pointer}, i64 {folded.Offset}");
    }

    private AffineIndex Flat(Access access)
    {
        var buffer = nest.Buffers[access.Slot];
        var flat = AffineIndex.Constant(0);
        for (var d = 0; d < access.Indices.Length; d++) flat = flat.Plus(access.Indices[d].Times(checked((int)buffer.Stride(d))));
        return nest.LaneVariable is { } lane ? flat.Substitute(v => v == lane ? AffineIndex.Constant(0) : AffineIndex.Of(v)) : flat;
    }
}
