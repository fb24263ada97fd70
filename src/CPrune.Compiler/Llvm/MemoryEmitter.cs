using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// Loads and stores of one accumulator. Where points share it, a broadcast is a blend of the points' broadcasts, and what differs from lane to lane is
/// put together from, and goes apart into, masked pieces at each point's address.
/// </summary>
internal sealed class MemoryEmitter(
    IrBuilder builder, LoopNest nest, AddressEmitter addresses, MaskEmitter masks, BlendEmitter blends, VectorType type)
{
    private ImmutableArray<TileLoop> _loops = [];
    private AccumulatorSlot _slot = new([[]]);
    private string? _lane;
    private TapVector? _taps;

    /// <summary>Turns to an accumulator of a tile: its first point's variables are set.</summary>
    /// <param name="lane">The variable that lanes stand for; null where they have nothing of their own.</param>
    /// <param name="taps">Turns of a reduction loop that lie side by side in lanes.</param>
    public void Enter(ImmutableArray<TileLoop> loops, AccumulatorSlot slot, string? lane, TapVector? taps = null)
    {
        (_loops, _slot, _lane, _taps) = (loops, slot, lane, taps);
        SetPoint(0);
    }

    /// <summary>Whether an access finds nothing to read for any of the points.</summary>
    public bool IsAbsent(Access access)
    {
        if (_taps is not null && IsOfTaps(access)) return ForEachTap(_taps, _ => addresses.IsAbsent(access)).All(absent => absent);
        if (_slot.Group is null) return addresses.IsAbsent(access);
        return ForEachPoint(_ => addresses.IsAbsent(access)).All(absent => absent);
    }

    /// <summary>
    /// Puts together what the points so far share, so that their own values need no register until the last point is there.
    /// </summary>
    public void Gather(Value term)
    {
        foreach (var access in term.Loads())
            if (!DiffersByLane(access)) Load(access);
    }

    public string Load(Access access)
    {
        if (!DiffersByLane(access))
            return Blend(ForEachPoint(_ => addresses.IsAbsent(access) ? type.Splat(access.Fill) : Broadcast(access)));
        if (nest.Buffers[access.Slot].Role == BufferRole.Weight && _lane == nest.LaneVariable) return PackedVector(access);
        if (_taps is not null) return TapsOf(access, _taps);
        if (_slot.Group is not { } group) return Vector(access);
        var gathered = type.Splat(access.Fill);
        ForEachPoint(k => gathered = MaskedLoad(access, LanePart.Of(group, k), gathered));
        return gathered;
    }

    public void Store(Access access, string value)
    {
        if (_slot.Group is not { } group) Store(access, LanePart.Whole(type.Lanes), value);
        else
            ForEachPoint(k =>
            {
                Store(access, LanePart.Of(group, k), value);
                return value;
            });
    }

    private bool DiffersByLane(Access access) => _lane is not null && access.Indices.Any(i => i.Mentions(_lane));

    /// <summary>Where address guards hold; elsewhere nothing is written.</summary>
    private void Store(Access access, LanePart part, string value)
    {
        if (addresses.IsAbsent(access)) return;
        var lanes = access with { Guards = access.Guards.RemoveAll(g => g.Kind == GuardKind.Address) };
        if (addresses.Condition(access) is var (condition, _)) builder.When(condition, () => StoreLanes(lanes, part, value));
        else StoreLanes(lanes, part, value);
    }

    private void StoreLanes(Access access, LanePart part, string value)
    {
        var mask = masks.Of(access, part, out var none);
        if (none) return;
        var address = addresses.InBuffer(access, part.Shift);
        if (mask is null) builder.Do($"store {type.Float} {value}, ptr {address}, align 4");
        else
            builder.CallVoid(
                $"llvm.masked.store.{type.Suffix}.p0", (type.Float, value), ("ptr", address), ("i32 immarg", "4"), (type.Mask, mask));
    }

    private string Vector(Access access)
    {
        if (addresses.IsAbsent(access)) return type.Splat(access.Fill);
        return access.Guards.Any(g => g.Kind == GuardKind.Lanes)
            ? MaskedLoad(access, LanePart.Whole(type.Lanes), type.Splat(access.Fill))
            : builder.Emit($"load {type.Float}, ptr {addresses.Chosen(access)}, align 4");
    }

    /// <summary>Each turn's elements in its lanes, and the fill value elsewhere: packed weights are zero where lanes belong to no turn.</summary>
    private string TapsOf(Access access, TapVector taps)
    {
        var vector = type.Splat(access.Fill);
        ForEachTap(taps, part => vector = addresses.IsAbsent(access)
            ? vector
            : LoadLanes(addresses.Chosen(access, part.Shift), type.LaneMask(part.From, part.Below), vector));
        return vector;
    }

    private bool IsOfTaps(Access access) => DiffersByLane(access) && nest.Buffers[access.Slot].Role != BufferRole.Weight;

    private List<T> ForEachTap<T>(TapVector taps, Func<TapPart, T> visit)
    {
        var (present, results) = (builder[taps.Loop], new List<T>());
        foreach (var part in taps.Parts)
        {
            builder.Set(taps.Loop, IrVariable.Number(part.Turn));
            results.Add(visit(part));
        }
        builder.Set(taps.Loop, present);
        return results;
    }

    /// <summary>Packed weights end in a whole vector, so each of their vectors is aligned; where points share one, it repeats their elements.</summary>
    private string PackedVector(Access access)
    {
        if (_slot.Weights is var (loop, turn)) builder.Set(loop, IrVariable.Number(turn));
        var address = addresses.Chosen(access);
        SetPoint(0);
        var load = $"load {type.Float}, ptr {address}, align {sizeof(float) * type.Lanes}";
        if (nest.WeightPrefetch > 0 && IsLongerThan(nest.Buffers[access.Slot], nest.WeightPrefetch) && builder.Scope.Find(load) is null)
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

    /// <summary>The elements of a part's lanes; <paramref name="others"/> in the other lanes and where a guard fails.</summary>
    private string MaskedLoad(Access access, LanePart part, string others)
    {
        var mask = masks.Of(access, part, out var none);
        if (none) return others;
        var address = addresses.InBuffer(access, part.Shift);
        if (mask is null) return builder.Emit($"load {type.Float}, ptr {address}, align 4");
        return LoadLanes(address, mask, others);
    }

    private string LoadLanes(string address, string mask, string others) => builder.Call(
        type.Float, $"llvm.masked.load.{type.Suffix}.p0", ("ptr", address), ("i32 immarg", "4"), (type.Mask, mask), (type.Float, others));

    /// <summary>Each point's value in its lanes.</summary>
    private string Blend(List<string> values)
    {
        var blend = values[0];
        for (var k = 1; k < values.Count; k++)
            if (values[k] != values[k - 1]) blend = blends.At(LanePart.Of(_slot.Group!, k).From, blend, values[k]);
        return blend;
    }

    private List<T> ForEachPoint<T>(Func<int, T> visit)
    {
        var results = new List<T>();
        for (var k = 0; k < _slot.Points.Length; k++)
        {
            SetPoint(k);
            results.Add(visit(k));
        }
        SetPoint(0);
        return results;
    }

    private void SetPoint(int k)
    {
        for (var l = 0; l < _loops.Length; l++) builder.Set(_loops[l].Variable, IrVariable.Number(_slot.Points[k][l]));
    }
}
