using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Loops;

/// <summary>A nest of four vectors over 2×2 pixels of 8 channels, and what happens when it is broken in one place.</summary>
public class LoopVerifierTests
{
    private static readonly Computation Copy = Make();

    [Fact]
    public void A_sound_nest_has_no_fault() => Assert.Empty(Faults(Nest()));

    [Fact]
    public void A_read_beyond_its_buffer_is_found() => Same(
        "in0[y, x+1, lane]: x+1 reaches from 1 to 2, outside the extent 2", Nest(read: new Access(0, [At("y"), At("x", 1), At("lane")], [], 0)));

    [Fact]
    public void A_guard_makes_it_sound() => Assert.Empty(Faults(Nest(
        read: new Access(0, [At("y"), At("x", 1), At("lane")], [new Guard(GuardKind.Address, new Bound(At("x", 1), 2))], 0))));

    [Fact]
    public void A_guard_on_something_else_does_not() => Same(
        "in0[y, x+1, lane]: x+1 reaches from 1 to 2, outside the extent 2",
        Nest(read: new Access(0, [At("y"), At("x", 1), At("lane")], [new Guard(GuardKind.Address, new Bound(At("y", 1), 2))], 0)));

    [Fact]
    public void A_vector_may_end_in_the_slack_but_not_begin_there()
    {
        Assert.Empty(Faults(Nest(read: new Access(0, [At("y"), At("x"), At("lane", 7)], [], 0))));
        Same("in0[y, x, lane+8]: lane+8 reaches from 8 to 15, outside the extent 8", Nest(read: new Access(0, [At("y"), At("x"), At("lane", 8)], [], 0)));
    }

    [Fact]
    public void A_store_may_not_end_in_the_slack() => Same(
        "out[y, x, lane+1]: lane+1 reaches from 1 to 8, outside the extent 8", Nest(store: new Access(1, [At("y"), At("x"), At("lane", 1)], [], 0)));

    [Fact]
    public void A_pixel_nobody_writes_is_found() => Same("index 1 of output dimension 1 is never written", Nest(columns: 1));

    [Fact]
    public void An_unknown_variable_is_found() => Same("z is used outside its scope, in z", Nest(read: new Access(0, [At("z"), At("x"), At("lane")], [], 0)));

    [Fact]
    public void A_vector_across_rows_is_found() => Same(
        "in0[y, lane, x] is not contiguous along the lanes", Nest(read: new Access(0, [At("y"), At("lane"), At("x")], [], 0)));

    [Fact]
    public void An_accumulator_without_a_value_is_found() => Same(
        "an accumulator is used before it has a value", Nest(accumulate: new Statement.Accumulate(Reducer.Sum, new Value.Constant(1))));

    [Fact]
    public void A_store_under_a_condition_must_have_its_counterpart()
    {
        var whole = Nest();
        var loop = (Statement.For)whole.Body[0];
        var half = whole with { Body = [loop with { Body = [new Statement.If(At("y"), 1, loop.Body, [])] }] };
        Same("index 1 of output dimension 0 is never written", half);
    }

    [Fact]
    public void Coefficients_are_selected_by_what_is_known_when_code_is_made()
    {
        Assert.Empty(Faults(Nest(accumulated: Sum("x", "k", new Value.Constant(1)))));
        Assert.Empty(Faults(Nest(accumulated: Sum("x", "k", Sum("k", "j", new Value.Constant(1))))));
        Same("y selects coefficients and is no loop of the register tile", Nest(accumulated: Sum("y", "k", new Value.Constant(1))));
        Same("k is used outside its scope, in k", Nest(accumulated: Sum("k", "k", new Value.Constant(1))));
    }

    [Fact]
    public void Coefficients_need_a_row_for_every_point() =>
        Same("x has more values than the 2 rows of its coefficients", Nest(columns: 3, accumulated: Sum("x", "k", new Value.Constant(1))));

    [Fact]
    public void A_read_in_a_combination_is_checked_for_all_its_terms() => Same(
        "in0[y, x+k, lane]: x+k reaches from 0 to 2, outside the extent 2",
        Nest(accumulated: Sum("x", "k", new Value.Load(new Access(0, [At("y"), new([new("x", 1), new("k", 1)], 0), At("lane")], [], 0)))));

    private static Value.Combination Sum(string row, string over, Value term) => new Value.Combination(Coefficients.Of([1, 2], [3, 4]), row, over, term);

    private static AffineIndex At(string variable, int offset = 0) => AffineIndex.Of(variable, 1, offset);

    private static void Same(string fault, LoopNest nest) => Assert.Equal(fault, Faults(nest)[0]);

    private static IReadOnlyList<string> Faults(LoopNest nest) => LoopVerifier.Faults(nest, Copy);

    private static LoopNest Nest(Access? read = null, Access? store = null, Statement? accumulate = null, int columns = 2, Value? accumulated = null)
    {
        read ??= new Access(0, [At("y"), At("x"), At("lane")], [], 0);
        store ??= new Access(1, [At("y"), At("x"), At("lane")], [], 0);
        ImmutableArray<Statement> reduction = accumulate is null
            ? [new Statement.Initialize(0), new Statement.Accumulate(Reducer.Sum, accumulated ?? new Value.Load(read))]
            : [accumulate];
        var tile = new Statement.Tile([new TileLoop("x", columns)], [.. reduction, new Statement.Store(store, new Value.Accumulator())]);
        ImmutableArray<int> extents = [2, 2, 8];
        return new LoopNest(
            [new PhysicalBuffer(0, BufferRole.Activation, extents), new PhysicalBuffer(1, BufferRole.Output, extents)], 8, "lane", 1,
            [new Statement.For("y", 0, 2, LoopKind.Serial, null, [tile])]);
    }

    private static Computation Make()
    {
        var input = new BufferSpec("x", BufferRole.Activation, [2, 2, 8]);
        return Samples.Elementwise(2, 2, 8, [input], new Expr.Read(input, [At("oh"), At("ow"), At("c")]));
    }
}
