using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Loops;

/// <summary>A tile of four pixels and three filters whose lanes are partial sums, and what happens when it is broken in one place.</summary>
public class LaneSumFaultsTests
{
    private static readonly Computation Conv = Samples.Conv(4, 4, 21, 3, new Window(1));

    private static readonly Computation Window = Samples.Conv(4, 6, 21, 3, new Window(3));

    [Fact]
    public void What_lowering_makes_is_sound()
    {
        Assert.Empty(Faults(body => body));
        Assert.Empty(Faults(body => body, Window));
    }

    [Fact]
    public void Lanes_that_nobody_adds_up_are_found() =>
        Same("out[oh, 4*ow.0+ow.1, 3*oc.0+oc.1] is one place for all lanes", body => body.RemoveAll(s => s is Statement.SumLanes));

    [Fact]
    public void Lanes_that_are_added_up_too_early_are_found() => Same(
        "an accumulation stands behind the sum of its lanes",
        body => [body[0], .. body.OfType<Statement.SumLanes>(), .. body.Skip(1).Where(s => s is not Statement.SumLanes)]);

    [Fact]
    public void Sums_that_do_not_fit_are_found() =>
        Same("3 sums of each of 6 points do not fit into 16 lanes", body => [.. body.Select(s => s is Statement.SumLanes sum ? sum with { Ways = 6 } : s)]);

    [Fact]
    public void Sums_along_a_loop_that_is_not_there_are_found() =>
        Same("sums are to lie along c, which is not in their tile", body => [.. body.Select(s => s is Statement.SumLanes sum ? sum with { Loop = "c" } : s)]);

    [Fact]
    public void Sums_that_are_not_neighbours_in_memory_are_found() => Same(
        "out[oh, 4*ow.0+ow.1, 3*oc.0+oc.1] is not contiguous along the lanes",
        body => [.. body.Select(s => s is Statement.SumLanes sum ? sum with { Loop = "ow.1" } : s)]);

    [Fact]
    public void Positions_whose_lanes_overlap_are_found() => Same(
        "kw 0 in 0..5, 1 in 4..9, 2 in 10..15 overlap, or do not fit into 16 lanes",
        body => Tapped(body, taps => taps with { Parts = taps.Parts.SetItem(1, new TapPart(1, -4, 4, 9)) }), Window);

    [Fact]
    public void Positions_that_read_other_channels_are_found() => Same(
        "in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1]: 16*ic.0+ic.1 reaches from 17 to 21, outside the extent 21",
        body => Tapped(body, taps => taps with { Parts = taps.Parts.SetItem(1, new TapPart(1, -4, 5, 10)) }), Window);

    [Fact]
    public void Positions_whose_lanes_nobody_adds_up_are_found() => Same(
        "turns of kw lie side by side in lanes that are no partial sums", body => body.RemoveAll(s => s is Statement.SumLanes), Window);

    [Fact]
    public void Channels_behind_the_end_that_are_read_are_found() => Same(
        "in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1]: 16*ic.0+ic.1 reaches from 16 to 31, outside the extent 21", body => Unguarded(body));

    private static ImmutableArray<Statement> Unguarded(ImmutableArray<Statement> body) => [.. body.Select(s => s switch
    {
        Statement.For loop => loop with { Body = Unguarded(loop.Body) },
        Statement.Accumulate { Term: Value.Binary { Left: Value.Load load } term } sum =>
            sum with { Term = term with { Left = new Value.Load(load.Access with { Guards = [] }) } },
        _ => s,
    })];

    private static ImmutableArray<Statement> Tapped(ImmutableArray<Statement> body, Func<TapVector, TapVector> change) => [.. body.Select(s => s switch
    {
        Statement.For loop => loop with { Body = Tapped(loop.Body, change) },
        Statement.Accumulate { Taps: { } taps } sum => sum with { Taps = change(taps) },
        _ => s,
    })];

    private static void Same(string fault, Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change, Computation? computation = null) =>
        Assert.Contains(fault, Faults(change, computation));

    private static IReadOnlyList<string> Faults(Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change, Computation? computation = null)
    {
        computation ??= Conv;
        var schedule = Schedule.Parse("split oc 3; split ow 4; split ic 16; order oc.0 oh ow.0 kh kw ic.0 ow.1 oc.1 ic.1; vectorize ic.1; registers ow.1 oc.1");
        var applied = (ScheduleResult.Ok)ScheduledNest.Apply(computation, schedule, TargetCatalog.Find("x86-64-v4", 1));
        var nest = NestLowering.Lower(applied.Nest).Nest;
        return LoopVerifier.Faults(nest with { Body = Changed(nest.Body, change) }, computation);
    }

    private static ImmutableArray<Statement> Changed(
        ImmutableArray<Statement> body, Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change) => [.. body.Select(s => s switch
        {
            Statement.For loop => loop with { Body = Changed(loop.Body, change) },
            Statement.Tile tile => tile with { Body = change(tile.Body) },
            _ => s,
        })];
}
