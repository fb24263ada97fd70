using System.Collections.Immutable;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>A register tile: its accumulators at the present place of the code, and what each statement does to all of them.</summary>
internal sealed class TileEmitter(LoopNest nest, AddressEmitter addresses, MemoryEmitter memory, ValueEmitter values, LaneSumEmitter sums, VectorType type)
{
    private Statement.Tile _tile = new([], []);
    private string? _lane;
    private ImmutableArray<TileVisit> _visits = [];

    /// <summary>The accumulators' values; none outside a tile.</summary>
    public string[] Accumulators { get; private set; } = [];

    public void Enter(Statement.Tile tile)
    {
        (_tile, _lane, _visits) = (tile, nest.LaneVariable, TileVisit.Of(tile));
        addresses.TileExtents = tile.Loops.ToDictionary(l => l.Variable, l => l.Extent);
        Accumulators = new string[_visits.Count(v => v.Accumulator is not null)];
        Initialize(0);
    }

    public void Leave() => Accumulators = [];

    public void Initialize(float value) => Array.Fill(Accumulators, type.Splat(value));

    public void Accumulate(Statement.Accumulate accumulate)
    {
        foreach (var visit in _visits)
        {
            memory.Enter(_tile.Loops, visit.Slot, _lane, accumulate.Taps);
            if (visit.Accumulator is not { } a) memory.Gather(accumulate.Term);
            else Accumulators[a] = values.Fold(accumulate.Reducer, Accumulators[a], accumulate.Term);
        }
    }

    public void SumLanes(Statement.SumLanes sum)
    {
        var places = TileVisit.Sums(_tile, sum);
        Accumulators = [.. places.Select(p => sums.Of([.. p.Sources.Select(a => Accumulators[a])]))];
        _visits = [.. places.Select((p, i) => new TileVisit(p.Slot, i))];
        _lane = sum.Loop;
    }

    public void Store(Statement.Store store)
    {
        foreach (var (slot, accumulator) in _visits)
        {
            if (accumulator is not { } a) continue;
            memory.Enter(_tile.Loops, slot, _lane);
            memory.Store(store.Target, values.Of(store.Value, Accumulators[a]));
        }
    }
}
