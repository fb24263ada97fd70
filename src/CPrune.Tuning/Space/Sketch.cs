using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Tuning.Space;

/// <summary>
/// The shape all schedules of a computation share, made from its axes alone, whatever the operator: outer spatial loops, reduction loops, register tile,
/// lanes (the multi-level tiling of Ansor, OSDI 2020, with one optional cache level). Decisions fill it in.
/// </summary>
internal sealed class Sketch
{
    /// <summary>Weights of fewer bytes stay in an inner cache.</summary>
    private const long WorthPrefetching = 256 << 10;

    private static readonly int[] LaneCounts = [4, 8, 16];

    /// <summary>Filters for which lanes that are partial sums are tried where there are many pixels.</summary>
    private const int MostSums = 64;

    private static readonly int[] PrefetchDistances = [0, 0, 1024, 2048, 4096, 8192];

    private readonly bool _pixelsCanShare;

    public Sketch(Computation computation, Target target)
    {
        Computation = computation;
        Target = target;
        Spatial = [.. computation.Axes.Where(a => a.Kind == AxisKind.Spatial)];
        Points = [.. computation.Axes.Where(a => a.Kind == AxisKind.Point)];
        Reductions = [.. computation.Axes.Where(a => a.Kind == AxisKind.Reduction)];
        _pixelsCanShare = SharedTail.IsPossible(computation, [.. Spatial.Select(a => a.Name).Where(n => n is "oh" or "ow")]);
        LaneAxis = Spatial.IndexOf(computation[computation.LaneAxis]);
        LaneChoices = [.. LaneCounts.Where(CanVectorize).Select(lanes => new VectorLanes(lanes)), .. Sums()];
        if (LaneChoices.IsEmpty) LaneChoices = [new VectorLanes(1)];
    }

    /// <summary>Distances in bytes at which weights may be prefetched; 0 for not at all.</summary>
    public IReadOnlyList<int> PrefetchChoices => Computation.WeightBytes >= WorthPrefetching ? PrefetchDistances : [0];

    public Computation Computation { get; }

    public Target Target { get; }

    public ImmutableArray<Axis> Spatial { get; }

    /// <summary>Axes that every schedule holds whole in the register tile: nothing is decided about them.</summary>
    public ImmutableArray<Axis> Points { get; }

    public ImmutableArray<Axis> Reductions { get; }

    /// <summary>Index in <see cref="Spatial"/> of the axis along which vectors run.</summary>
    public int LaneAxis { get; }

    /// <summary>Vectors that this computation and target allow; single lanes alone where memory is not contiguous.</summary>
    public ImmutableArray<VectorLanes> LaneChoices { get; }

    /// <summary>Vector registers of the target for each of the points that are in the register tile anyway.</summary>
    public int Registers => Math.Max(1, Target.VectorRegisters / Points.Aggregate(1, (n, a) => n * a.Extent));

    /// <summary>Turns that tiles of a spatial axis share out: points, or whole vectors of the lane axis.</summary>
    public int Turns(int axis, VectorLanes lanes) => axis == LaneAxis ? Whole(Spatial[axis].Extent, lanes.Elements) : Spatial[axis].Extent;

    /// <summary>Turns that loops of a reduction axis share out: elements, or whole vectors where lanes run along it.</summary>
    public int ReductionTurns(int axis, VectorLanes lanes) =>
        lanes.Reduction == axis ? Whole(Reductions[axis].Extent, lanes.Count) : Reductions[axis].Extent;

    /// <summary>The factor that loops of a reduction axis are split by, because the channels it walks lie in blocks; 0 where any will do.</summary>
    public int Block(int axis) => Computation.BlockOf(Reductions[axis].Name);

    /// <summary>Whether pixels can share what is left behind the last full vector.</summary>
    public bool SharesTail(VectorLanes lanes) =>
        _pixelsCanShare && lanes.Reduction is null && !Shared(Spatial[LaneAxis].Extent / lanes.Count, lanes).IsEmpty;

    /// <summary>Accumulators of a register tile for each of its pixels: vectors, of which the last is a part where pixels share it.</summary>
    public double VectorsAPoint(int vectors, VectorLanes lanes) => vectors < Turns(LaneAxis, lanes) || !SharesTail(lanes)
        ? vectors
        : vectors - 1 + Shared(vectors - 1, lanes).Sum(g => 1.0 / g.Ways);

    /// <summary>The nest these decisions make, or null where the compiler refuses them.</summary>
    public ScheduledNest? Apply(Decisions decisions) => Apply(ToSchedule(decisions));

    public ScheduledNest? Apply(Schedule schedule) => ScheduledNest.Apply(Computation, schedule, Target) is ScheduleResult.Ok ok ? ok.Nest : null;

    public Schedule ToSchedule(Decisions decisions) => new SketchWriter(this, decisions).Write();

    /// <summary>The decisions that a schedule made elsewhere stands for; null where it does not have this sketch's shape.</summary>
    public Decisions? Read(Schedule schedule) => Apply(schedule) is { } nest ? new SketchReader(this, nest).Read() : null;

    private ImmutableArray<LaneGroup> Shared(int fullVectors, VectorLanes lanes) =>
        SharedTail.Share(fullVectors, Spatial[LaneAxis].Extent % lanes.Count, lanes.Count, Target.VectorRegisters);

    /// <summary>Lanes that are partial sums: for filters that fill few vectors, and for single pixels, whose time is that of reading the weights.</summary>
    private IEnumerable<VectorLanes> Sums()
    {
        var isPixel = Spatial.All(a => a.Extent == 1 || a.Name == Computation.LaneAxis);
        if (!isPixel && Spatial[LaneAxis].Extent > MostSums) return [];
        return LaneChoice.Of(Computation, Target).Where(c => c.Axis != Computation.LaneAxis)
            .Select(c => new VectorLanes(c.Lanes, Reductions.IndexOf(Computation[c.Axis])));
    }

    private static int Whole(int extent, int size) => (extent + size - 1) / size;

    private bool CanVectorize(int lanes)
    {
        var axis = Computation.LaneAxis;
        var blocked = Reductions.Where((_, r) => Block(r) > 0).ToList();
        var points = Points.Select(a => a.Name).ToImmutableArray();
        string[] order =
        [
            .. Spatial.Select(a => a.Name == axis ? $"{axis}.0" : a.Name), .. Reductions.Select(a => blocked.Contains(a) ? $"{a.Name}.0" : a.Name),
            .. blocked.Select(a => $"{a.Name}.1"), .. points, $"{axis}.1",
        ];
        var splits = blocked.Select(a => new Primitive.Split(a.Name, [Block(Reductions.IndexOf(a))])).Append(new Primitive.Split(axis, [lanes]));
        Primitive[] tile = points.IsEmpty ? [] : [new Primitive.RegisterTile(points)];
        return Apply(new Schedule([.. splits, new Primitive.Reorder([.. order]), new Primitive.Vectorize($"{axis}.1"), .. tile])) is not null;
    }
}
