using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Loops;

/// <summary>A tile of four pixels and 21 filters, the last 5 in lanes that three pixels share, and what happens when the sharing is broken in one place.</summary>
public class SharingFaultsTests
{
    private static readonly Computation Conv = Samples.Conv(4, 4, 8, 21, new Window(1));

    private static readonly SharedVector Sound = new("oc.1", [new LaneGroup(0, 5, 3)]);

    [Fact]
    public void What_lowering_makes_is_sound() => Assert.Empty(Faults(Sound));

    [Fact]
    public void A_loop_that_is_not_there_is_found() => Same("oc.3 is shared and not in its tile", Sound with { Loop = "oc.3" });

    [Fact]
    public void Too_many_points_are_found() => Same("4 points do not fit 5 lanes each into 16", Sound with { Groups = [new LaneGroup(0, 5, 4)] });

    [Fact]
    public void Elements_without_lanes_are_found()
    {
        Same("elements from 4 on are stored and in no group", Sound with { Groups = [new LaneGroup(0, 4, 4)] });
        Same("the shared elements from 0 to 1 are in no group", Sound with { Groups = [new LaneGroup(1, 4, 4)] });
    }

    [Fact]
    public void A_group_whose_weights_are_not_packed_is_found() => Same(
        "in1 has no vector for each of the 2 groups", Sound with { Groups = [new LaneGroup(0, 3, 4), new LaneGroup(3, 2, 4)] });

    [Fact]
    public void Weights_that_differ_by_point_are_found() => Same(
        "in1 differs along ow.1, whose points share", Sound, access => access with { Indices = access.Indices.SetItem(0, AffineIndex.Of("ow.1")) });

    private static void Same(string fault, SharedVector shared, Func<Access, Access>? weights = null) =>
        Assert.Contains(fault, Faults(shared, weights));

    private static IReadOnlyList<string> Faults(SharedVector shared, Func<Access, Access>? weights = null)
    {
        var schedule = Schedule.Parse("split oc 2 16; split ow 4; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1");
        var applied = (ScheduleResult.Ok)ScheduledNest.Apply(Conv, schedule, TargetCatalog.Find("x86-64-v4", 1));
        var nest = NestLowering.Lower(applied.Nest).Nest;
        if (weights is not null)
            nest = nest with { Buffers = nest.Buffers.SetItem(1, nest.Buffers[1] with { Extents = nest.Buffers[1].Extents.SetItem(0, 4) }) };
        return LoopVerifier.Faults(nest with { Body = Changed(nest.Body, shared, weights ?? (a => a)) }, Conv);
    }

    private static ImmutableArray<Statement> Changed(ImmutableArray<Statement> body, SharedVector shared, Func<Access, Access> weights) => [.. body.Select(s => s switch
    {
        Statement.For loop => loop with { Body = Changed(loop.Body, shared, weights) },
        Statement.Let let => let with { Body = Changed(let.Body, shared, weights) },
        Statement.Tile tile => tile with { Shared = shared, Body = Changed(tile.Body, shared, weights) },
        Statement.Accumulate { Term: Value.Binary { Right: Value.Load load } term } sum => sum with { Term = term with { Right = new Value.Load(weights(load.Access)) } },
        _ => s,
    })];
}
