using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Schedules;

/// <summary>Schedules drawn from the whole legal space, good or bad.</summary>
internal static class RandomSchedules
{
    public static Schedule Draw(Random random, Computation computation, Target target)
    {
        while (true)
        {
            var schedule = Candidate(random, computation, target);
            if (ScheduledNest.Apply(computation, schedule, target) is ScheduleResult.Ok) return schedule;
        }
    }

    private static Schedule Candidate(Random random, Computation computation, Target target)
    {
        var primitives = new List<Primitive>();
        List<string> spatial = [], reduction = [], registers = [], unrolls = [];
        string? lane = null;
        var laneAxis = random.Next(8) switch
        {
            0 => null,
            1 or 2 when computation.Has("ic") => "ic",
            _ => computation.LaneAxis,
        };
        registers.AddRange(computation.Axes.Where(a => a.Kind == AxisKind.Point).Select(a => a.Name));
        foreach (var axis in computation.Axes.Where(a => a.Kind is AxisKind.Spatial or AxisKind.Reduction))
        {
            var loops = new List<string> { axis.Name };
            var vectorized = axis.Name == laneAxis;
            var factors = Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(1, 6)).ToList();
            if (computation.BlockOf(axis.Name) is var block and > 0) factors.Add(block);
            else if (vectorized) factors.Add(new[] { 4, 8, 16 }.Where(l => l <= target.MaxLanes).OrderBy(_ => random.Next()).First());
            if (factors.Count > 0)
            {
                primitives.Add(new Primitive.Split(axis.Name, [.. factors]));
                loops = [.. Enumerable.Range(0, factors.Count + 1).Select(i => $"{axis.Name}.{i}")];
            }
            if (vectorized)
            {
                lane = loops[^1];
                loops.RemoveAt(loops.Count - 1);
                if (axis.Kind == AxisKind.Spatial && loops.Count > 1 && random.Next(2) == 0)
                {
                    registers.Add(loops[^1]);
                    loops.RemoveAt(loops.Count - 1);
                }
            }
            else if (axis.Kind == AxisKind.Spatial && random.Next(2) == 0 && (loops.Count > 1 || axis.Extent < 8))
            {
                var chosen = loops[random.Next(loops.Count > 1 ? 1 : 0, loops.Count)];
                registers.Add(chosen);
                loops.Remove(chosen);
            }
            (axis.Kind == AxisKind.Spatial ? spatial : reduction).AddRange(loops);
            if (axis.Kind == AxisKind.Reduction) unrolls.AddRange(loops.Where(_ => random.Next(3) == 0));
        }
        Shuffle(random, spatial);
        Interleave(random, reduction);
        Shuffle(random, registers);
        primitives.Add(new Primitive.Reorder([.. spatial, .. reduction, .. registers, .. lane is null ? ImmutableArray<string>.Empty : [lane]]));
        if (lane is not null) primitives.Add(new Primitive.Vectorize(lane));
        if (registers.Count > 0) primitives.Add(new Primitive.RegisterTile([.. registers]));
        primitives.AddRange(unrolls.Select(u => new Primitive.Unroll(u)));
        if (spatial.Count > 0 && random.Next(2) == 0) primitives.Add(new Primitive.Parallel(spatial[0]));
        if (random.Next(4) == 0) primitives.Add(new Primitive.Prefetch(64 << random.Next(8)));
        return new Schedule([.. primitives]);
    }

    private static void Shuffle(Random random, List<string> loops) => random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(loops));

    /// <summary>Shuffles, keeping the loops of one axis in their order.</summary>
    private static void Interleave(Random random, List<string> loops)
    {
        var byAxis = loops.GroupBy(l => l.Split('.')[0]).ToDictionary(g => g.Key, g => new Queue<string>(g.Order(StringComparer.Ordinal)));
        Shuffle(random, loops);
        for (var i = 0; i < loops.Count; i++) loops[i] = byAxis[loops[i].Split('.')[0]].Dequeue();
    }
}
