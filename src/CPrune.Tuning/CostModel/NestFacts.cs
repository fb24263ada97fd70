using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Tuning.CostModel;

/// <summary>Counts over a nest that both the features and the heuristic ranking are made of.</summary>
internal sealed class NestFacts
{
    /// <summary>Two multiply-adds and two loads a cycle, four cycles until a sum can be used again: today's large x86 cores.</summary>
    private const double PerCycle = 2, Latency = 4;

    public static readonly string[] KnownAxes = ["oc", "c", "g", "oh", "ow", "ic", "kh", "kw", "p"];

    public NestFacts(ScheduledNest nest, Target target)
    {
        var computation = nest.Computation;
        Lanes = nest.Lanes;
        SumsLanes = nest.SumsLanes;
        Vectors = Product(nest.Loops.Where(l => l.Role == LoopRole.Register && l.Axis == computation.LaneAxis));
        Pixels = Product(nest.Loops.Where(l => l.Role == LoopRole.Register && l.Axis != computation.LaneAxis));
        SpatialPoints = computation.Axes.Where(a => a.Kind is AxisKind.Spatial or AxisKind.Point).Aggregate(1.0, (n, a) => n * a.Extent);
        ReductionTurns = computation.Axes.Where(a => a.Kind == AxisKind.Reduction).Aggregate(1.0, (n, a) => n * a.Extent);
        Steps = SumsLanes ? new LaneChoice(nest.LaneLoop!.Axis, Lanes).Steps(computation, nest.SharedTaps) : ReductionTurns;
        UnrolledUpdates = Accumulators * (double)Product(nest.Loops.Where(l => l.Role == LoopRole.Unrolled));
        Tiles = nest.Loops.Where(l => l.Role is LoopRole.Serial or LoopRole.Parallel && computation[l.Axis].Kind == AxisKind.Spatial)
            .Aggregate(1.0, (n, l) => n * l.Extent);
        var tail = nest.SharedTail;
        // Where there is no other tile than the one whose end is shared.
        if (tail is not null && computation[computation.LaneAxis].Extent < Vectors * Lanes)
            SavedRegisters = Accumulators - tail.Accumulators - 2 * tail.Groups.Length + 1;
        CountReads(computation);
        CountWaste(nest, tail);
        var innermost = nest.Loops.LastOrDefault(l => computation[l.Axis].Kind == AxisKind.Reduction && l.Role != LoopRole.Lane);
        InnermostReduction = innermost?.Extent ?? 1;
        InnermostIsContiguous = innermost is not null && computation.Term.Reads().Any(r =>
            r.Buffer.Role == BufferRole.Activation && r.Indices.Length > 0 && r.Indices[^1].CoefficientOf(innermost.Axis) == 1);
        ParallelTurns = nest.Loops.FirstOrDefault(l => l.Role == LoopRole.Parallel)?.Extent ?? 1;
        ThreadImbalance = Math.Ceiling(ParallelTurns / target.Threads) * target.Threads / ParallelTurns;
    }

    public int Lanes { get; }

    /// <summary>Whether lanes are partial sums.</summary>
    public bool SumsLanes { get; }

    /// <summary>Vectors of the register tile along the lane axis; elements where lanes are partial sums.</summary>
    public int Vectors { get; }

    /// <summary>Rows × columns of the register tile.</summary>
    public int Pixels { get; }

    public int Accumulators => Vectors * Pixels;

    /// <summary>Results of one register tile.</summary>
    public int Results => Accumulators * (SumsLanes ? 1 : Lanes);

    public double SpatialPoints { get; }

    public double ReductionTurns { get; }

    /// <summary>Updates of every accumulator.</summary>
    public double Steps { get; }

    /// <summary>Accumulator updates in one straight line of code.</summary>
    public double UnrolledUpdates { get; }

    /// <summary>Register tiles of the whole computation.</summary>
    public double Tiles { get; }

    public double RegistersNeeded { get; private set; }

    private int SavedRegisters { get; }

    /// <summary>Vector loads and broadcasts for one accumulator update.</summary>
    public double LoadsPerUpdate { get; private set; }

    /// <summary>By counting instructions, as if every access hit the first cache and nothing spilled.</summary>
    public double CyclesPerUpdate { get; private set; }

    /// <summary>Points computed over points wanted, tails included; at least 1.</summary>
    public double TailWaste { get; private set; } = 1;

    /// <summary>The same for the lanes alone, along whichever axis they run.</summary>
    public double LaneWaste { get; private set; } = 1;

    public double InnermostReduction { get; }

    /// <summary>Whether the innermost reduction loop walks along memory in an activation.</summary>
    public bool InnermostIsContiguous { get; }

    public double ParallelTurns { get; }

    /// <summary>Time of the slowest thread over the mean; at least 1.</summary>
    public double ThreadImbalance { get; }

    public int Reads { get; private set; }

    private void CountReads(Computation computation)
    {
        double loads = 0, operands = 0;
        foreach (var read in computation.Term.Reads())
        {
            Reads++;
            var pixel = read.Indices.Any(i => i.CoefficientOf("oh") != 0 || i.CoefficientOf("ow") != 0);
            var lane = read.Indices.Any(i => i.CoefficientOf(computation.LaneAxis) != 0);
            var values = (pixel ? Pixels : 1) * (lane ? Vectors : 1);
            loads += values;
            operands = operands == 0 ? values : Math.Min(operands, values);
        }

        LoadsPerUpdate = loads / Accumulators;
        RegistersNeeded = Accumulators + operands + 1 - SavedRegisters;
        var updates = Math.Max(Accumulators, loads) / PerCycle;
        CyclesPerUpdate = Math.Max(Steps > 1 ? Latency : 0, updates) / Accumulators;
    }

    private void CountWaste(ScheduledNest nest, SharedTail? shared)
    {
        foreach (var axis in nest.Computation.Axes.Where(a => a.Kind == AxisKind.Spatial))
        {
            var isLane = axis.Name == nest.Computation.LaneAxis;
            // Missing vectors of the last tile are not computed, missing lanes are; rows and columns of the last tile are computed twice.
            var tile = isLane ? SumsLanes ? 1 : Lanes : Product(nest.LoopsOf(axis.Name).Where(l => l.Role == LoopRole.Register));
            var tiles = Math.Ceiling((double)axis.Extent / tile);
            if (isLane && shared is not null) tiles += (double)shared.Accumulators / shared.Points - shared.FullVectors - 1;
            var waste = tiles * tile / axis.Extent;
            TailWaste *= waste;
            if (isLane) LaneWaste = waste;
        }

        if (SumsLanes) LaneWaste = Steps * Lanes / ReductionTurns;
    }

    private static int Product(IEnumerable<ScheduledLoop> loops) => loops.Aggregate(1, (n, l) => n * l.Extent);
}
