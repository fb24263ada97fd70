using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Tests.Steps;

/// <summary>Exact cuts for exact programs. A stage is written as its loops, outermost first: s serial, r register, v lanes.</summary>
public class StructureStepTests
{
    [Theory]
    [InlineData(64, "4s 1r 16v", 16, "64 = 4×1×16 → 48")]
    [InlineData(64, "2s 2r 16v", 32, "64 = 2×2×16 → 32")]
    [InlineData(64, "2s 2s 16v", 32, "64 = 2×2×16 → 32")]
    [InlineData(64, "2s 4s 8v", 16, "64 = 2×4×8 → 48")]
    [InlineData(61, "4s 1r 16v", 13, "61 ≤ 4×1×16 → 48")]
    [InlineData(33, "3s 16v", 1, "33 ≤ 3×16 → 32")]
    [InlineData(10, "10s", 1, "10 = 10 → 9")]
    public void One_program_gives_its_smallest_structural_cut(int filters, string loops, int cut, string explanation) =>
        Assert.Equal(new StepProposal(cut, explanation, true), Step(Request(filters, loops)));

    [Theory]
    [InlineData(16, "1s 1r 16v", 4, "16 = 1×1×16 → 12; not kept: oc of own (masked tail)")]
    [InlineData(64, "1s 4r 16v", 32, "64 = 1×4×16 → 32; not kept: oc of own (smaller register tile)")]
    [InlineData(48, "1s 3r 16v", 16, "48 = 1×3×16 → 32; not kept: oc of own (smaller register tile)")]
    [InlineData(10, "1s 16v", 2, "10 ≤ 1×16 → 8; not kept: oc of own (narrower vectors)")]
    [InlineData(7, "1s 16v", 1, "7 ≤ 1×16 → 6; not kept: oc of own (masked tail)")]
    public void A_layer_in_one_register_tile_is_not_closed(int filters, string loops, int cut, string explanation) =>
        Assert.Equal(new StepProposal(cut, explanation, false), Step(Request(filters, loops)));

    [Fact]
    public void Each_refusal_offers_less_of_the_tile_then_less_of_the_vector()
    {
        var request = Request(64, "1s 4r 16v");
        Assert.Equal([32, 48, 52, 56, 58, 60, 61, 62, 63], new[] { 0, 32, 48, 52, 56, 58, 60, 61, 62 }.Select(refused => Step(request with { Refused = refused }).Filters));
        Assert.EndsWith("(masked tail)", Step(request with { Refused = 48 }).Explanation, StringComparison.Ordinal);
        Assert.EndsWith("(narrower vectors)", Step(request with { Refused = 52 }).Explanation, StringComparison.Ordinal);
    }

    /// <summary>A layer that is capped at a quarter: half of the register tile is as much as it may lose, where the loop's turn is twice that.</summary>
    [Fact]
    public void Where_there_is_no_room_for_a_turn_the_register_tile_gives_what_there_is_room_for()
    {
        var request = Request(64, "2s 2r 16v") with { Room = 16 };
        Assert.Equal(new StepProposal(16, "64 = 2×2×16 → 48; not kept: oc of own (smaller register tile)", false), Step(request));
        Assert.Equal(
            new StepResult.None("no legal step: only 16 of 64 filters can go, and cuts of up to 16 were refused"), new StructureStep().Propose(request with { Refused = 16 }));
        Assert.Equal(32, Step(request with { Room = 32 }).Filters);
    }

    [Fact]
    public void Filters_in_one_vector_go_by_quarters_of_it()
    {
        var request = Request(16, "1s 16v");
        Assert.Equal([4, 8, 10, 12, 13, 14, 15], new[] { 0, 4, 8, 10, 12, 13, 14 }.Select(refused => Step(request with { Refused = refused }).Filters));
    }

    [Fact]
    public void Two_stages_of_a_task_make_it_the_least_common_multiple()
    {
        var request = Request(96, "6s 16v");

        Assert.Equal(48, Step(request with { Own = request.Own.Add(Stage("output", "oc", 96, "4s 3r 8v")) }).Filters);
    }

    [Fact]
    public void A_refused_cut_makes_the_next_one_larger()
    {
        var request = Request(64, "4s 16v");
        Assert.Equal([16, 32, 48], new[] { 0, 16, 40 }.Select(refused => Step(request with { Refused = refused }).Filters));
    }

    [Fact]
    public void Consumers_and_coupled_layers_make_it_the_least_common_multiple()
    {
        var request = Request(96, "6s 16v") with
        {
            Coupled = [Stage("coupled", "oc", 96, "4s 3r 8v")],
            Consumers = [Stage("next", "ic", 96, "8s 12u")],
        };

        // 16 for itself; the coupled layer allows multiples of 24; the reader those of 8.
        Assert.Equal(new StepProposal(48, "96 = 6×16 → 48; oc of coupled: 96 = 4×3×8 → 48; ic of next: 96 = 8×12 → 48", true), Step(request));
    }

    [Fact]
    public void A_consumer_of_a_concat_reads_others_too()
    {
        var request = Request(64, "8s 8v") with { Consumers = [Stage("next", "ic", 96, "3s 32r")] };

        Assert.Equal(new StepProposal(32, "64 = 8×8 → 32; ic of next: 96 = 3×32 → 64", true), Step(request));
    }

    [Fact]
    public void A_consumer_behind_a_flatten_reads_blocks()
    {
        var request = Request(16, "8s 2v") with { Consumers = [Stage("fc", "ic", 16 * 4, "4s 16r", units: 4)] };

        Assert.Equal(4, Step(request).Filters);
    }

    [Fact]
    public void An_unsplit_consumer_asks_for_nothing()
    {
        var request = Request(64, "4s 16v") with { Consumers = [Stage("next", "ic", 64, "64s")] };

        Assert.Equal(new StepProposal(16, "64 = 4×16 → 48", true), Step(request));
    }

    [Fact]
    public void A_common_multiple_over_the_cap_gives_the_consumers_up_first_then_the_coupled()
    {
        var request = Request(64, "4s 16v") with
        {
            Coupled = [Stage("coupled", "oc", 64, "2s 32r")],
            Consumers = [Stage("next", "ic", 60, "3s 20r")],
        };

        Assert.Equal(
            new StepProposal(32, "64 = 4×16 → 32; oc of coupled: 64 = 2×32 → 32; ic of next: 60 = 3×20 → 28; not kept: ic of next", false), Step(request));
        var smaller = Step(request, largestShare: 0.25);
        Assert.Equal((16, false), (smaller.Filters, smaller.PreservesStructure));
        Assert.EndsWith("not kept: oc of coupled, ic of next", smaller.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_over_the_cap_is_no_step()
    {
        var request = Request(64, "2s 32r");

        Assert.Equal(16, Step(request, largestShare: 0.25).Filters);
        Assert.Equal(
            new StepResult.None("no legal step: every cut of 64 = 2×32 breaks its register tile or takes more than 6 of 64 filters"),
            new StructureStep(0.1).Propose(request));
    }

    [Fact]
    public void The_last_filter_stays() =>
        Assert.Equal(new StepResult.None("no legal step: one filter is left"), new StructureStep().Propose(Request(1, "1s 16v")));

    [Fact]
    public void When_every_cut_was_refused_there_is_none() => Assert.Equal(
        new StepResult.None("no legal step: only 15 of 16 filters can go, and cuts of up to 15 were refused"),
        new StructureStep().Propose(Request(16, "4s 4v") with { Refused = 15 }));

    [Fact]
    public void Without_a_program_there_is_none() => Assert.Equal(
        new StepResult.None("no legal step: there is no program to read it from"), new StructureStep().Propose(new StepRequest { Filters = 8, Own = [] }));

    private static StepProposal Step(StepRequest request, double largestShare = 0.5) =>
        Assert.IsType<StepResult.Proposed>(new StructureStep(largestShare).Propose(request)).Step;

    internal static StepRequest Request(int filters, string loops) => new() { Filters = filters, Own = [Stage("own", "oc", filters, loops)] };

    internal static StageLoops Stage(string layer, string axis, int extent, string loops, int units = 1)
    {
        var parsed = loops.Split(' ').Select(l => (Extent: int.Parse(l[..^1]), Role: l[^1])).ToArray();
        return new StageLoops(layer, axis, extent, [.. parsed.Select((l, i) => new ScheduledLoop(
            $"{axis}.{i}", axis, l.Extent, parsed[(i + 1)..].Aggregate(1, (n, inner) => n * inner.Extent), RoleOf(l.Role)))], units);
    }

    private static LoopRole RoleOf(char letter) => letter switch
    {
        'r' => LoopRole.Register,
        'v' => LoopRole.Lane,
        'u' => LoopRole.Unrolled,
        _ => LoopRole.Serial,
    };
}
