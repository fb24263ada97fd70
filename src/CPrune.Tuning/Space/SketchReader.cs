using System.Collections.Immutable;
using CPrune.Compiler.Schedules;

namespace CPrune.Tuning.Space;

/// <summary>A nest made by any schedule → decisions: how records, preserved programs and the default enter the search.</summary>
internal sealed class SketchReader(Sketch sketch, ScheduledNest nest)
{
    private readonly Dictionary<string, LoopRef> _spatial = [];
    private readonly Dictionary<string, LoopRef> _reductions = [];
    private VectorLanes _lanes = new(1);

    /// <summary>Null where the nest has loops that the sketch has no place for.</summary>
    public Decisions? Read()
    {
        var spatial = new SpatialTile[sketch.Spatial.Length];
        for (var axis = 0; axis < spatial.Length; axis++)
        {
            if (ReadSpatial(axis) is not { } tile) return null;
            spatial[axis] = tile;
        }

        var reductions = new ReductionTile[sketch.Reductions.Length];
        for (var axis = 0; axis < reductions.Length; axis++)
        {
            if (ReadReduction(axis) is not { } tile) return null;
            reductions[axis] = tile;
        }

        var parallel = nest.Loops.Any(l => l.Role == LoopRole.Parallel);
        return new Decisions(_lanes, [.. spatial], [.. reductions], Order(_spatial), Order(_reductions), parallel) { WeightPrefetch = nest.WeightPrefetch }.Normalized();
    }

    private SpatialTile? ReadSpatial(int axis)
    {
        var loops = nest.LoopsOf(sketch.Spatial[axis].Name);
        var serial = loops.Where(l => l.Role is LoopRole.Serial or LoopRole.Parallel).ToList();
        var registers = loops.Where(l => l.Role == LoopRole.Register).ToList();
        if (serial.Count > 2 || registers.Count > 1) return null;
        // A cache loop inside the register tile cannot be; a serial loop that stands finer than the register loop could.
        if (registers.Count == 1 && serial.Any(l => l.Stride < registers[0].Stride)) return null;
        for (var level = 0; level < serial.Count; level++) _spatial[serial[level].Name] = new LoopRef(axis, level);
        if (loops.FirstOrDefault(l => l.Role == LoopRole.Lane) is { } lane) _lanes = new VectorLanes(lane.Extent);
        return new SpatialTile(serial.Count == 2 ? serial[1].Extent : 1, registers.Count == 1 ? registers[0].Extent : 1);
    }

    private ReductionTile? ReadReduction(int axis)
    {
        var loops = nest.LoopsOf(sketch.Reductions[axis].Name);
        if (loops[^1].Role == LoopRole.Lane)
        {
            _lanes = new VectorLanes(loops[^1].Extent, axis);
            loops = loops.RemoveAt(loops.Length - 1);
        }

        if (loops.Length > 2 || (loops.Length == 2 && loops[0].Role == LoopRole.Unrolled)) return null;
        for (var level = 0; level < loops.Length; level++) _reductions[loops[level].Name] = new LoopRef(axis, level);
        return new ReductionTile(loops.Length == 2 ? loops[1].Extent : 1, loops[^1].Role == LoopRole.Unrolled);
    }

    private ImmutableArray<LoopRef> Order(Dictionary<string, LoopRef> names) =>
        [.. nest.Loops.Where(l => names.ContainsKey(l.Name)).Select(l => names[l.Name])];
}
