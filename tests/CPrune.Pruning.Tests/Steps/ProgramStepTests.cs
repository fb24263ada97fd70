using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Tests.Steps;

/// <summary>Steps of real programs: graph, subgraphs, schedules, loops, groups.</summary>
public class ProgramStepTests
{
    private static readonly Target Target = TargetCatalog.Find("x86-64-v4", 1);

    [Fact]
    public void A_step_is_read_from_the_layer_the_coupled_layer_and_the_readers()
    {
        var b = new GraphBuilder("stage", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 96, Window.Same(3), name: "stem"));
        x = b.Relu(b.Add(b.Conv(x, 96, Window.Same(3), name: "block"), x));
        var programs = Programs(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10, "fc")), out var analysis, new()
        {
            ["stem"] = "split oc 16; vectorize oc.1",
            ["block"] = "split oc 3 8; split ic 12; vectorize oc.2; registers oc.1",
        });

        var request = StepRequests.For(analysis, ["stem"], programs.GetValueOrDefault)!;

        Assert.Equal(96, request.Filters);
        Assert.Equal("stem oc 96 = 6×16", Describe(Assert.Single(request.Own)));
        Assert.Equal("block oc 96 = 4×3×8", Describe(Assert.Single(request.Coupled)));
        Assert.Contains("block ic 96 = 8×12", request.Consumers.Select(Describe));
        Assert.Equal(48, Assert.IsType<StepResult.Proposed>(new StructureStep().Propose(request)).Step.Filters);
    }

    [Fact]
    public void Depthwise_layers_count_channels_grouped_ones_filters_of_a_group()
    {
        var b = new GraphBuilder("separable", 1);
        var x = b.Conv(b.Input(3, 8, 8), 32, Window.Same(1), name: "point");
        x = b.Conv(b.Depthwise(x, Window.Same(3), name: "depth"), 64, Window.Same(3), 32, name: "twice");
        x = b.Conv(x, 16, Window.Same(3), 2, name: "grouped");
        var programs = Programs(b.Build(b.Conv(x, 4, Window.Same(1), name: "last")), out var analysis, []);

        var wide = StepRequests.For(analysis, ["depth"], programs.GetValueOrDefault)!;
        var narrow = StepRequests.For(analysis, ["grouped"], programs.GetValueOrDefault)!;

        Assert.Equal(16, wide.Filters);
        Assert.Equal(("c", 32, 2), Axis(Assert.Single(wide.Own)));
        Assert.Equal([("oc", 32, 2), ("g", 32, 2)], wide.Coupled.Select(Axis));
        Assert.Equal(("ic", 32, 2), Axis(Assert.Single(wide.Consumers)));
        Assert.Equal(8, narrow.Filters);
        Assert.Equal(("oc", 8, 1), Axis(Assert.Single(narrow.Own)));
        Assert.Equal(("ic", 16, 2), Axis(Assert.Single(narrow.Consumers)));
    }

    /// <summary>Winograd's transforms split the channels in their own way: the step is the least common multiple, unless that is too much.</summary>
    [Theory]
    [InlineData("split c 16; order oh ow c.0 y x c.1; vectorize c.1; registers y x", 16, "64 = 4×16 → 48; c of first: 64 = 4×16 → 48; ic of second: 64 = 4×16 → 48; c of second: 64 = 4×16 → 48", true)]
    [InlineData("split c 2 16; order oh ow c.0 c.1 y x c.2; vectorize c.2; registers c.1 y x", 32, "64 = 4×16 → 32; c of first: 64 = 2×2×16 → 32; ic of second: 64 = 4×16 → 32; c of second: 64 = 4×16 → 32", true)]
    [InlineData("split c 4 16; order oh ow c.0 c.1 y x c.2; vectorize c.2; registers c.1 y x", 16, "64 = 4×16 → 48; c of first: 64 = 1×4×16 → 48; ic of second: 64 = 4×16 → 48; c of second: 64 = 4×16 → 48; not kept: c of first", false)]
    public void Transforms_of_the_layer_and_of_its_readers_are_asked(string output, int cut, string explanation, bool preserves)
    {
        var b = new GraphBuilder("transformed", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 64, Window.Same(3), name: "first"));
        var graph = b.Build(b.GlobalAveragePool(b.Conv(x, 8, Window.Same(3), name: "second")));
        var plan = ModelPlan.Of(graph, AlgorithmChoices.Of(new[] { "first", "second" }.Select(n => KeyValuePair.Create(n, Algorithm.Winograd2))));
        var rows = LayerTask.Of(plan).Where(r => r.Main is not null).SelectMany(r => r.Layers.Select(l => (Layer: l, Row: r))).ToDictionary(p => p.Layer, p => p.Row);

        var request = StepRequests.For(PruningGraph.Analyze(graph), ["first"], layer => LayerNests.Of(rows[layer], Nest))!;

        Assert.Equal("first oc 64 = 4×16", Describe(Assert.Single(request.Own)));
        Assert.Equal("first c", Describe(Assert.Single(request.Coupled))[..7]);
        Assert.Equal(["second ic 64 = 4×16", "second c 64 = 4×16"], request.Consumers.Select(Describe));
        Assert.Equal(new StepProposal(cut, explanation, preserves), Assert.IsType<StepResult.Proposed>(new StructureStep().Propose(request)).Step);

        ScheduledNest Nest(TuningTask task)
        {
            var schedule = (task.Subgraphs[0].Anchor, task.Subgraphs[0].Stage) switch
            {
                ("first", "winograd2 product") => "split oc 16; vectorize oc.1",
                ("first", "winograd2 output") => output,
                ("second", "winograd2 input") => "split c 16; order oh ow c.0 y x c.1; vectorize c.1; registers y x",
                _ => "",
            };
            var nest = ScheduledNest.Apply(task.Computation, schedule.Length > 0 ? Schedule.Parse(schedule) : DefaultSchedule.For(task.Computation, Target), Target);
            return nest is ScheduleResult.Ok ok ? ok.Nest : throw new InvalidOperationException($"{schedule} on {task.Computation.Key}: {nest}");
        }
    }

    [Fact]
    public void A_layer_that_must_be_left_alone_has_no_request()
    {
        var b = new GraphBuilder("one", 1);
        var programs = Programs(b.Build(b.Conv(b.Input(3, 8, 8), 4, Window.Same(1), name: "last")), out var analysis, []);

        Assert.Null(StepRequests.For(analysis, ["last"], programs.GetValueOrDefault));
    }

    [Theory]
    [InlineData("split oc 2 16; vectorize oc.2; registers oc.1", 32, "split oc 2 16; vectorize oc.2; registers oc.1")]
    [InlineData("split oc 4 8; vectorize oc.2", 48, "split oc 3 8; vectorize oc.2")]
    [InlineData("split oc 4 8; vectorize oc.2", 32, "split oc 4 8; vectorize oc.2")]
    [InlineData("split oc 4 8; vectorize oc.2", 60, "split oc 4 8; vectorize oc.2")]
    [InlineData("split oc 16; vectorize oc.1", 12, "split oc 16; vectorize oc.1")]
    [InlineData("split oc 16; vectorize oc.1", 8, "split oc 8; vectorize oc.1")]
    [InlineData("split oc 2 16; vectorize oc.2; registers oc.1", 6, "split oc 2 8; vectorize oc.2; registers oc.1")]
    [InlineData("split oc 16; vectorize oc.1", 3, "split oc 4; vectorize oc.1")]
    public void A_preserved_schedule_shortens_one_loop(string before, int filters, string after)
    {
        var b = new GraphBuilder("one", 1);
        var nest = Programs(b.Build(b.Conv(b.Input(3, 8, 8), 64, Window.Same(3), name: "conv")), out _, new() { ["conv"] = before })["conv"].Main;

        var preserved = PreservedSchedule.After(nest, "oc", filters);

        Assert.Equal(after, preserved.ToString());
        var cut = new GraphBuilder("cut", 1);
        var left = ModelPlan.Of(cut.Build(cut.Conv(cut.Input(3, 8, 8), filters, Window.Same(3), name: "conv"))).Subgraphs.Single().Computation;
        Assert.IsType<ScheduleResult.Ok>(ScheduledNest.Apply(left, preserved, Target));
    }

    private static string Describe(StageLoops stage) => $"{stage.Layer} {stage.Axis} {stage}";

    private static (string, int, int) Axis(StageLoops stage) => (stage.Axis, stage.Extent, stage.UnitsPerFilter);

    /// <summary>The program of every subgraph, by its anchor: the given schedule, or the default one.</summary>
    private static Dictionary<string, LayerNests> Programs(ModelGraph graph, out ChannelAnalysis analysis, Dictionary<string, string> schedules)
    {
        analysis = PruningGraph.Analyze(graph);
        return ModelPlan.Of(graph).Subgraphs.ToDictionary(s => s.Anchor, s =>
        {
            var schedule = schedules.TryGetValue(s.Anchor, out var text) ? Schedule.Parse(text) : DefaultSchedule.For(s.Computation, Target);
            return new LayerNests(Assert.IsType<ScheduleResult.Ok>(ScheduledNest.Apply(s.Computation, schedule, Target)).Nest, [], []);
        });
    }
}
