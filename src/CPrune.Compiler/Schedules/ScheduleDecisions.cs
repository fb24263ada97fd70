using System.Collections.Immutable;

namespace CPrune.Compiler.Schedules;

/// <summary>A schedule's primitives by kind, each decided at most once, so that their order in the trace does not matter.</summary>
internal sealed record ScheduleDecisions(
    ImmutableDictionary<string, ImmutableArray<int>> Splits,
    ImmutableArray<string>? Order,
    string? Lane,
    ImmutableArray<string> Registers,
    ImmutableHashSet<string> Unrolled,
    string? Parallel,
    int Prefetch)
{
    public static ScheduleDecisions Of(Schedule schedule)
    {
        var decisions = new ScheduleDecisions(ImmutableDictionary<string, ImmutableArray<int>>.Empty, null, null, [], [], null, 0);
        foreach (var primitive in schedule.Primitives) decisions = decisions.With(primitive);
        return decisions;
    }

    private ScheduleDecisions With(Primitive primitive) => primitive switch
    {
        Primitive.Split split when Splits.ContainsKey(split.Axis) => throw new RefusedException($"axis {split.Axis} is split twice"),
        Primitive.Split { Factors.Length: 0 } split => throw new RefusedException($"the split of {split.Axis} has no factor"),
        Primitive.Split split when split.Factors.Any(f => f < 1) =>
            throw new RefusedException($"the split of {split.Axis} has the factor {split.Factors.First(f => f < 1)}"),
        Primitive.Split split => this with { Splits = Splits.Add(split.Axis, split.Factors) },
        Primitive.Reorder when Order is not null => throw new RefusedException("the loops are ordered twice"),
        Primitive.Reorder order => this with { Order = order.Loops },
        Primitive.Vectorize vectorize when Lane is not null =>
            throw new RefusedException($"both {Lane} and {vectorize.Loop} are vectorised"),
        Primitive.Vectorize vectorize => this with { Lane = vectorize.Loop },
        Primitive.RegisterTile when Registers.Length > 0 => throw new RefusedException("there are two register tiles"),
        Primitive.RegisterTile tile => this with { Registers = tile.Loops },
        Primitive.Unroll unroll when Unrolled.Contains(unroll.Loop) => throw new RefusedException($"{unroll.Loop} is unrolled twice"),
        Primitive.Unroll unroll => this with { Unrolled = Unrolled.Add(unroll.Loop) },
        Primitive.Parallel parallel when Parallel is not null =>
            throw new RefusedException($"both {Parallel} and {parallel.Loop} are parallel"),
        Primitive.Parallel parallel => this with { Parallel = parallel.Loop },
        Primitive.Prefetch when Prefetch > 0 => throw new RefusedException("there are two prefetch distances"),
        Primitive.Prefetch { Bytes: < 64 or > 65536 } prefetch => throw new RefusedException($"{prefetch.Bytes} bytes are no distance to prefetch at"),
        Primitive.Prefetch prefetch => this with { Prefetch = prefetch.Bytes },
        _ => throw new ArgumentException($"unknown primitive {primitive.GetType().Name}"),
    };
}

/// <summary>Carries a refusal's reason up to the total function that turns it into a value; never leaves this project.</summary>
internal sealed class RefusedException(string reason) : Exception(reason);
