using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>Masks of the lanes for which an access' guards hold.</summary>
internal sealed class MaskEmitter(IrBuilder builder, LoopNest nest, AddressEmitter addresses, VectorType type)
{
    /// <summary>The mask as an operand; null where every lane exists. <paramref name="none"/> tells that no lane does.</summary>
    public string? Of(Access access, out bool none)
    {
        none = false;
        string? mask = null;
        foreach (var guard in access.Guards)
        {
            var part = guard.Kind == GuardKind.Lanes ? Lanes(guard.Bound, out var never) : Whole(guard.Bound, out never);
            none |= never;
            if (part is not null) mask = mask is null ? part : builder.Emit($"and {type.Mask} {mask}, {part}");
        }
        return mask;
    }

    private string? Lanes(Bound bound, out bool never)
    {
        var first = builder.Fold(bound.Index.Substitute(v => v == nest.LaneVariable ? AffineIndex.Constant(0) : AffineIndex.Of(v)));
        var range = builder.Range(first);
        never = range.High + nest.Lanes - 1 < 0 || range.Low >= bound.Extent;
        if (never || (range.Low >= 0 && range.High + nest.Lanes <= bound.Extent)) return null;
        if (first.Terms.IsEmpty) return type.LaneMask(-range.Low, bound.Extent - range.Low);
        var scope = builder.ScopeOf(first);
        var start = builder.Hoist(scope, $"trunc i64 {builder.Index(first)} to i32");
        var inserted = builder.Hoist(scope, $"insertelement {type.Int32} poison, i32 {start}, i64 0");
        var splat = builder.Hoist(scope, type.SpreadFirst(type.Int32, inserted));
        var index = builder.Hoist(scope, $"add {type.Int32} {splat}, {type.LaneNumbers}");
        return builder.Hoist(scope, $"icmp ult {type.Int32} {index}, {type.Splat(bound.Extent)}");
    }

    private string? Whole(Bound bound, out bool never)
    {
        var condition = addresses.Condition(bound, out var holds);
        never = condition is null && !holds;
        if (condition is null) return null;
        var inserted = builder.Emit($"insertelement {type.Mask} poison, i1 {condition}, i64 0");
        return builder.Emit(type.SpreadFirst(type.Mask, inserted));
    }
}
