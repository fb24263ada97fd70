using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Tuning.CostModel;

/// <summary>
/// What the cost model sees of a program: numbers that explain its time whatever the operator, so that one model serves all tasks of a
/// target. Sizes are base-2 logarithms, because trees split at thresholds and caches at powers of two.
/// </summary>
internal static class ProgramFeatures
{
    private const int Scalars = 22, Depths = 7, PerAxis = 4;

    /// <summary>Length of every feature vector; records with another length are of another version.</summary>
    public static int Count => Scalars + 2 * Depths + PerAxis * NestFacts.KnownAxes.Length;

    public static ImmutableArray<float> Of(ScheduledNest nest, Target target)
    {
        var facts = new NestFacts(nest, target);
        var features = new List<double>
        {
            Log(facts.SpatialPoints), Log(facts.Steps), nest.Computation.Reducer == Reducer.Max ? 1 : 0,
            facts.Lanes, facts.SumsLanes ? 1 : 0, facts.Vectors, facts.Pixels, facts.Accumulators, (double)facts.Accumulators / target.VectorRegisters,
            facts.RegistersNeeded / target.VectorRegisters, facts.LoadsPerUpdate, facts.CyclesPerUpdate,
            Log(facts.UnrolledUpdates), facts.TailWaste, facts.LaneWaste, Log(facts.Tiles), Log(facts.InnermostReduction), facts.InnermostIsContiguous ? 1 : 0,
            Log(facts.ParallelTurns), facts.ThreadImbalance, facts.Reads, Log(nest.WeightPrefetch),
        };
        AddLoopSizes(features, nest);
        AddFootprints(features, nest);
        AddPlaces(features, nest);
        return [.. features.Select(f => (float)f)];
    }

    /// <summary>Serial and unrolled turns of each well-known axis, outside and inside.</summary>
    private static void AddLoopSizes(List<double> features, ScheduledNest nest)
    {
        foreach (var axis in NestFacts.KnownAxes)
        {
            var loops = nest.LoopsOf(axis);
            features.Add(Log(loops.Length > 0 ? loops[0].Extent : 1));
            features.Add(Log(loops.Length > 1 ? loops[1].Extent : 1));
            features.Add(loops.Any(l => l.Role == LoopRole.Unrolled) ? 1 : 0);
        }
    }

    /// <summary>Memory touched within: one step of the reduction, its innermost loop, all of it, and the loops around it one by one.</summary>
    private static void AddFootprints(List<double> features, ScheduledNest nest)
    {
        var footprint = new Footprint(nest);
        var firstTile = nest.Loops.TakeWhile(l => l.Role is not (LoopRole.Register or LoopRole.Lane)).Count();
        var firstReduction = nest.Loops.TakeWhile(l => nest.Computation[l.Axis].Kind == AxisKind.Spatial && l.Role is LoopRole.Serial or LoopRole.Parallel).Count();
        ReadOnlySpan<int> depths =
        [
            firstTile, Math.Max(firstReduction, firstTile - 1), Math.Max(firstReduction, firstTile - 2), firstReduction,
            firstReduction - 1, firstReduction - 2, 0,
        ];
        foreach (var depth in depths)
        {
            var touched = footprint.From(Math.Max(depth, 0));
            features.Add(Log(touched.Activations));
            features.Add(Log(touched.Weights));
        }
    }

    /// <summary>Where in the nest each axis's outer loop stands; -1 where there is none.</summary>
    private static void AddPlaces(List<double> features, ScheduledNest nest)
    {
        foreach (var axis in NestFacts.KnownAxes)
        {
            var place = -1;
            for (var i = nest.Loops.Length - 1; i >= 0; i--)
                if (nest.Loops[i].Axis == axis) place = i;
            features.Add(place);
        }
    }

    private static double Log(double value) => Math.Log2(1 + value);
}
