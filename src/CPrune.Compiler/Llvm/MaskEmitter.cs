using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>Masks of the lanes for which an access' guards hold.</summary>
internal sealed class MaskEmitter(IrBuilder builder, LoopNest nest, AddressEmitter addresses, VectorType type)
{
    /// <summary>
    /// The mask of the lanes in a part as an operand; null where that is every lane. <paramref name="none"/> tells that no lane is left.
    /// </summary>
    public string? Of(Access access, LanePart part, out bool none)
    {
        var (from, below) = ((long)part.From, (long)part.Below);
        none = false;
        var masks = new List<string>();
        foreach (var guard in access.Guards)
        {
            if (guard.Kind == GuardKind.Address)
            {
                var condition = addresses.Condition(guard.Bound, out var holds);
                none |= condition is null && !holds;
                if (condition is not null) masks.Add(Splat(condition));
                continue;
            }
            var first = FirstLane(guard.Bound, part);
            var range = builder.Range(first);
            none |= range.High + below <= 0 || range.Low + from >= guard.Bound.Extent;
            if (first.Terms.IsEmpty) (from, below) = (Math.Max(from, -range.Low), Math.Min(below, guard.Bound.Extent - range.Low));
            else if (range.Low + from < 0 || range.High + below > guard.Bound.Extent) masks.Add(Compared(first, guard.Bound.Extent));
        }
        if (from > 0 || below < type.Lanes) masks.Insert(0, type.LaneMask(from, below));
        return none || masks.Count == 0 ? null : masks.Aggregate((all, mask) => builder.Emit($"and {type.Mask} {all}, {mask}"));
    }

    /// <summary>The guarded index in lane 0.</summary>
    private AffineIndex FirstLane(Bound bound, LanePart part) =>
        builder.Fold(bound.Index.Substitute(v => v == nest.LaneVariable ? AffineIndex.Constant(0) : AffineIndex.Of(v))).Plus(part.Shift);

    private string Compared(AffineIndex first, int extent)
    {
        var scope = builder.ScopeOf(first);
        var start = builder.Hoist(scope, $"trunc i64 {builder.Index(first)} to i32");
        var inserted = builder.Hoist(scope, $"insertelement {type.Int32} poison, i32 {start}, i64 0");
        var splat = builder.Hoist(scope, type.SpreadFirst(type.Int32, inserted));
        var index = builder.Hoist(scope, $"add {type.Int32} {splat}, {type.LaneNumbers}");
        return builder.Hoist(scope, $"icmp ult {type.Int32} {index}, {type.Splat(extent)}");
    }

    private string Splat(string condition)
    {
        var inserted = builder.Emit($"insertelement {type.Mask} poison, i1 {condition}, i64 0");
        return builder.Emit(type.SpreadFirst(type.Mask, inserted));
    }
}
