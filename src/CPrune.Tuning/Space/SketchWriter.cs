using CPrune.Compiler.Schedules;

namespace CPrune.Tuning.Space;

/// <summary>Decisions → schedule.</summary>
internal sealed class SketchWriter(Sketch sketch, Decisions decisions)
{
    private readonly List<Primitive> _splits = [];
    private readonly List<string> _registers = [];
    private readonly List<string> _unrolled = [];
    private readonly Dictionary<LoopRef, string> _spatial = [];
    private readonly Dictionary<LoopRef, string> _reductions = [];
    private string? _vectors;
    private string? _lane;

    public Schedule Write()
    {
        for (var axis = 0; axis < sketch.Spatial.Length; axis++) WriteSpatial(axis);
        for (var axis = 0; axis < sketch.Reductions.Length; axis++) WriteReduction(axis);
        if (_vectors is not null) _registers.Add(_vectors);
        _registers.AddRange(sketch.Points.Select(a => a.Name));
        var outer = decisions.SpatialOrder.Select(l => _spatial[l]).ToList();
        List<string> order = [.. outer, .. decisions.ReductionOrder.Select(l => _reductions[l]), .. _registers];
        if (_lane is not null) order.Add(_lane);
        return new Schedule([.. _splits, new Primitive.Reorder([.. order]), .. Roles(outer)]);
    }

    private IEnumerable<Primitive> Roles(List<string> outer)
    {
        if (_lane is not null) yield return new Primitive.Vectorize(_lane);
        if (_registers.Count > 0) yield return new Primitive.RegisterTile([.. _registers]);
        foreach (var loop in _unrolled) yield return new Primitive.Unroll(loop);
        if (decisions.Parallel && outer.Count > 0) yield return new Primitive.Parallel(outer[0]);
        if (decisions.WeightPrefetch > 0) yield return new Primitive.Prefetch(decisions.WeightPrefetch);
    }

    private void WriteSpatial(int axis)
    {
        var name = sketch.Spatial[axis].Name;
        var tile = decisions.Spatial[axis];
        var factors = new List<int>();
        if (tile.Cache > 1) _spatial[new LoopRef(axis, 1)] = Add(tile.Cache);
        if (tile.Register > 1)
        {
            var register = Add(tile.Register);
            // Vectors stand next to the lanes, inside rows and columns.
            if (axis == sketch.LaneAxis) _vectors = register;
            else _registers.Add(register);
        }

        if (axis == sketch.LaneAxis && decisions.Lanes.Elements > 1) _lane = Add(decisions.Lanes.Count);
        _spatial[new LoopRef(axis, 0)] = factors.Count == 0 ? name : $"{name}.0";
        if (factors.Count > 0) _splits.Add(new Primitive.Split(name, [.. factors]));

        string Add(int factor)
        {
            factors.Add(factor);
            return $"{name}.{factors.Count}";
        }
    }

    private void WriteReduction(int axis)
    {
        var name = sketch.Reductions[axis].Name;
        var tile = decisions.Reductions[axis];
        var factors = new List<int>();
        var inner = tile.Inner > 1 ? Add(tile.Inner) : null;
        if (decisions.Lanes.Reduction == axis) _lane = Add(decisions.Lanes.Count);
        var outer = factors.Count == 0 ? name : $"{name}.0";
        _reductions[new LoopRef(axis, 0)] = outer;
        if (inner is not null) _reductions[new LoopRef(axis, 1)] = inner;
        if (factors.Count > 0) _splits.Add(new Primitive.Split(name, [.. factors]));
        if (tile.Unroll) _unrolled.Add(inner ?? outer);

        string Add(int factor)
        {
            factors.Add(factor);
            return $"{name}.{factors.Count}";
        }
    }
}
