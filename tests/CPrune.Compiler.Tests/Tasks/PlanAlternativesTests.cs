using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Tasks;

public class PlanAlternativesTests
{
    private static readonly PlanAlternatives Alternatives = PlanAlternatives.Of(Net(), PlanAlternatives.AllAlgorithms);

    [Fact]
    public void Layers_that_can_be_computed_in_the_same_ways_compete_together()
    {
        Assert.Equal([["entry"], ["a", "b"], ["sum"], ["last"]], Alternatives.Contests.Select(c => c.Layers.ToArray()));
        Assert.Equal(
            [[Algorithm.Direct], [Algorithm.Direct, Algorithm.Winograd2, Algorithm.Winograd4], [Algorithm.Direct, Algorithm.Winograd2, Algorithm.Winograd4], [Algorithm.Direct]],
            Alternatives.Contests.Select(c => c.Alternatives.Select(a => a.Algorithm).ToArray()));
        Assert.Equal([1, 3, 3], Alternatives.Contests[1].Alternatives.Select(a => a.Tasks.Length));
        // Input and product are the same whatever is fused behind the layer.
        Assert.Equal(Alternatives.Contests[1].Alternatives[2].Tasks[..2], Alternatives.Contests[2].Alternatives[2].Tasks[..2]);
    }

    [Fact]
    public void Every_task_of_every_alternative_is_there_once()
    {
        var keys = Alternatives.Tasks.Select(t => t.Key).ToList();
        Assert.Distinct(keys);
        Assert.Equal(keys.Order(), Alternatives.Contests.SelectMany(c => c.Alternatives).SelectMany(a => a.Tasks).Distinct().Order());
        Assert.Equal(Alternatives.Direct.Tasks.Select(t => t.Key), keys.Take(Alternatives.Direct.Tasks.Length));
    }

    [Fact]
    public void The_fastest_way_of_each_layer_is_taken()
    {
        // Behind the addition the transform back is slow.
        var plan = Alternatives.Fastest(key => Label(key) switch
        {
            var l when l.StartsWith("winograd4 output", StringComparison.Ordinal) && l.Contains("+add", StringComparison.Ordinal) => 9,
            var l when l.StartsWith("winograd4", StringComparison.Ordinal) => 1,
            var l when l.StartsWith("winograd2", StringComparison.Ordinal) => 2,
            _ => 7,
        });
        Assert.Equal(
            [Algorithm.Direct, Algorithm.Winograd4, Algorithm.Winograd4, Algorithm.Winograd2, Algorithm.Direct],
            new[] { "entry", "a", "b", "sum", "last" }.Select(plan.Choices.Of));
        Assert.Equal(plan.Tasks.Select(t => t.Key), ModelPlan.Of(Net(), plan.Choices).Tasks.Select(t => t.Key));
    }

    [Fact]
    public void What_is_not_measured_completely_is_not_taken()
    {
        Assert.Equal(AlgorithmChoices.AllDirect, Alternatives.Fastest(_ => null).Choices);
        Assert.Equal(AlgorithmChoices.AllDirect, Alternatives.Fastest(key => Label(key).Contains("product", StringComparison.Ordinal) ? null : 1e-9).Choices);
    }

    [Fact]
    public void Without_other_algorithms_there_is_only_the_direct_way()
    {
        var alternatives = PlanAlternatives.Of(Net(), [Algorithm.Direct]);
        Assert.Equal([["entry"], ["a", "b"], ["sum"], ["last"]], alternatives.Contests.Select(c => c.Layers.ToArray()));
        Assert.All(alternatives.Contests, c => Assert.Single(c.Alternatives));
        Assert.Equal(alternatives.Direct.Tasks.Select(t => t.Key), alternatives.Tasks.Select(t => t.Key));
    }

    [Fact]
    public void The_largest_weights_are_those_of_every_layer_computed_in_its_largest_way()
    {
        // F(4x4, 3x3) has 36 coefficients where the window has 9.
        Assert.Equal(sizeof(float) * ((16 * 3 * 9) + (3 * 16 * 16 * 36) + (5 * 16)), Alternatives.LargestWeightBytes);
        Assert.Equal(sizeof(float) * ((16 * 3 * 9) + (3 * 16 * 16 * 9) + (5 * 16)), PlanAlternatives.Of(Net(), [Algorithm.Direct]).LargestWeightBytes);
    }

    [Theory]
    [InlineData(16, 16, 8, true)]
    [InlineData(7, 16, 8, false)]
    [InlineData(16, 16, 2, false)]
    [InlineData(512, 512, 7, true)]
    [InlineData(512, 512, 4, false)]
    public void Hopeless_layers_have_no_alternatives(int input, int output, int size, bool promising)
    {
        var b = new GraphBuilder("one", 1);
        var graph = b.Build(b.Conv(b.Input(input, size, size), output, Window.Same(3), name: "conv"));
        Assert.Equal(promising, PlanAlternatives.Of(graph, PlanAlternatives.AllAlgorithms).Contests[0].Alternatives.Length > 1);
    }

    [Fact]
    public void Equal_layers_are_one_row_with_all_their_kernels()
    {
        var plan = ModelPlan.Of(Net(), AlgorithmChoices.Of([new("a", Algorithm.Winograd4), new("b", Algorithm.Winograd4), new("sum", Algorithm.Winograd4)]));
        var rows = LayerTask.Of(plan);
        Assert.Equal(
            [
                "conv 3x3/1 3→16 @8x8", "conv 3x3/1 16→16 @8x8 winograd4 +relu", "conv 3x3/1 16→16 @8x8 winograd4 +add +relu", "conv 1x1/1 16→5 @8x8",
            ],
            rows.Select(r => r.Label));
        Assert.Equal([["entry"], ["a", "b"], ["sum"], ["last"]], rows.Select(r => r.Layers.ToArray()));
        Assert.Equal("winograd4 product 16→16 @2x2", rows[1].Main!.Label);
        Assert.Equal(16 * 16 * 9 * 64, rows[1].Macs);
        Assert.Equal(1 + 10 + 100, rows[1].Seconds(t => t.Label.Split(' ')[1] switch { "input" => 1, "product" => 10, _ => 100 }));
    }

    [Fact]
    public void A_copy_is_a_row_of_its_own()
    {
        var rows = LayerTask.Of(ModelPlan.Of(SmallGraphs.All["channel slice into a pad"]()));
        Assert.Equal(["relu 6 @7x8", "copy 4 @9x9", "conv 3x3/1 4→4 @9x9"], rows.Select(r => r.Label));
        Assert.Null(rows[1].Main);
        Assert.NotNull(rows[2].Main);
    }

    private static string Label(string key) => Alternatives.Tasks.Single(t => t.Key == key).Label;

    private static ModelGraph Net()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "entry");
        var y = b.Relu(b.Conv(b.Relu(b.Conv(x, 16, Window.Same(3), name: "a")), 16, Window.Same(3), name: "b"));
        return b.Build(b.Conv(b.Relu(b.Add(b.Conv(y, 16, Window.Same(3), name: "sum"), x)), 5, Window.Same(1), name: "last"));
    }
}
