using CPrune.Compiler.Models;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Models;

public class InPlaceTests
{
    private static readonly Target Wide = TargetCatalog.Find("x86-64-v3", 1);

    /// <summary>Two blocks of two convolutions with a shortcut: x, then x + f(x), then that once more.</summary>
    private static ModelGraph Blocks()
    {
        var b = new GraphBuilder("blocks", 1);
        var x = b.Relu(b.Conv(b.Input(3, 7, 7), 16, Window.Same(3), name: "stem"));
        foreach (var block in (string[])["one", "two"])
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 16, Window.Same(3), name: $"{block}.1")), 16, Window.Same(3), name: $"{block}.2"), x));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 5));
    }

    [Fact]
    public void A_sum_is_written_over_what_was_added_last()
    {
        var plan = ModelPlan.Of(Blocks());
        var taken = InPlace.Of(Layout(plan), Wide);
        var (stem, one, two) = (Output(plan, "stem"), Output(plan, "one.2"), Output(plan, "two.2"));
        Assert.Equal([(one, stem), (two, one)], taken.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key == two));
        var image = MemoryPlan.Occupied(4 * 7 * 7 * 16);
        Assert.Equal(3 * image, MemoryPlan.Of(ModelBuffers.Of(plan)).Bytes);
        var memory = MemoryPlan.Of(ModelBuffers.Of(plan), taken);
        Assert.Equal(2 * image, memory.Bytes);
        Assert.Equal(memory.Offsets[stem], memory.Offsets[two]);
    }

    [Fact]
    public void What_is_read_again_or_elsewhere_stays()
    {
        var b = new GraphBuilder("kept", 1);
        var x = b.Relu(b.Conv(b.Input(3, 7, 7), 16, Window.Same(3), name: "stem"));
        var sum = b.Add(b.Conv(x, 16, Window.Same(1), name: "window"), x, name: "own");
        var later = b.Add(b.Conv(b.Relu(b.Conv(sum, 16, Window.Same(3), name: "a")), 16, Window.Same(3), name: "b"), sum);
        var plan = ModelPlan.Of(b.Build(b.Add(b.Conv(later, 16, Window.Same(1), name: "last"), sum)));
        // 'window' reads x through its window as well, 'b' adds what 'last' still needs, and 'last' may write over it.
        Assert.Equal([(plan.Interface.Result.Name, Output(plan, "window"))], InPlace.Of(Layout(plan), Wide).Select(t => (t.Key, t.Value)));
    }

    [Fact]
    public void Channels_are_not_written_over_others()
    {
        var b = new GraphBuilder("shifted", 1);
        var x = b.Input(3, 7, 7);
        var first = b.Concat([b.Conv(x, 40, Window.Same(1)), b.Conv(x, 40, Window.Same(3))]);
        var middle = b.Node(
            "Slice", [first, .. new[] { ("starts", 20L), ("ends", 60L), ("axes", 1L) }.Select(c => b.Constant(c.Item1, Tensor.Of([c.Item2], 1)))], [1, 40, 7, 7]);
        // The middle of one buffer becomes the end of the next, which has the same size and is first written when the other is not needed any more.
        var moved = b.Relu(middle, "moved");
        var later = b.Conv(b.MaxPool(x, Window.Same(3)), 40, Window.Same(1));
        var plan = ModelPlan.Of(b.Build(b.Conv(b.Concat([later, moved]), 4, Window.Same(1))));
        var subgraph = Assert.Single(plan.Subgraphs, s => s.Anchor == "moved");

        Assert.Equal(40, subgraph.OutputOffset);
        Assert.Empty(InPlace.Of(Layout(plan), Wide));
    }

    [Fact]
    public void A_program_that_computes_elements_twice_writes_elsewhere()
    {
        var plan = ModelPlan.Of(Blocks());
        // Tiles of three on an extent of seven overlap.
        Assert.Empty(InPlace.Of(Layout(plan, "split oc 8; split ow 3; vectorize oc.1; registers ow.1"), Wide));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_model_computes_what_it_did(int threads)
    {
        var graph = Blocks();
        var plan = ModelPlan.Of(graph);
        using var model = new CompiledModel(plan, new ModelCompiler(TargetCatalog.Find("host", threads)), threads, SchedulesOf(plan, "split oc 4; vectorize oc.1"));
        var input = Referee.Data(1, [.. model.Native.InputShape]);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
        Assert.Equal(2 * MemoryPlan.Occupied(4 * 7 * 7 * 16), model.Info.WorkspaceBytes);
    }

    private static ModelLayout Layout(ModelPlan plan, string schedule = "split oc 8; vectorize oc.1") => new(plan, SchedulesOf(plan, schedule), Wide, new ChainLimits());

    /// <summary>Every convolution with one schedule.</summary>
    private static Dictionary<string, Schedule> SchedulesOf(ModelPlan plan, string schedule) =>
        plan.Tasks.Where(t => t.Computation.Has("ow") && t.Computation.Has("oc")).ToDictionary(t => t.Key, _ => Schedule.Parse(schedule));

    private static string Output(ModelPlan plan, string anchor) => plan.Subgraphs.Single(s => s.Anchor == anchor).Output;
}
