using System.Collections.Immutable;
using CPrune.Cli.Commands;
using CPrune.Cli.Commands.Benching;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Graph.Building;

namespace CPrune.Cli.Tests;

public class TaskTimesTests
{
    /// <summary>Two equal convolutions, and a dense layer that no time is known of but its call's.</summary>
    private static ModelPlan Plan()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(8, 6, 6), 8, Window.Same(3)));
        x = b.Relu(b.Conv(x, 8, Window.Same(3)));
        x = b.Relu(b.Conv(x, 8, Window.Same(3)));
        return ModelPlan.Of(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
    }

    private static KnownPrograms Untuned(ModelPlan plan) => new(plan, [.. plan.Tasks.Select(t => new TaskProgram(t, null, null))]);

    [Fact]
    public void Times_of_equal_calls_are_averaged_and_chains_shared_out()
    {
        var plan = Plan();
        Assert.Equal([1, 2, 1, 1], plan.Tasks.Select(t => t.Multiplicity));
        var known = Untuned(plan);
        // The third convolution and the pooling run as one call; the pooling takes a third of the convolution's time by itself.
        ImmutableArray<ImmutableArray<int>> calls = [[0], [1], [2, 3], [4]];
        var tasks = TaskTimes.Of(known, plan, [2e-6, 3e-6, 1e-6, 5e-7], calls, [2e-6, 4e-6, 8e-6, 6e-7]);
        Assert.Equal(["conv 3x3/1 8→8 @6x6 +relu", "conv 3x3/1 8→8 @6x6 +relu", "avgpool 6x6 8 +flatten", "dense 8→10"], tasks.Select(t => t.Task));
        Assert.Equal([5e-6, 2e-6, 2e-6, 6e-7], tasks.Select(t => Math.Round(t.ModelSeconds, 12)));
        Assert.Equal([3e-6, 2e-6, 1e-6, 5e-7], tasks.Select(t => t.AloneSeconds));
        Assert.Equal(2, tasks[0].Calls);
    }

    [Fact]
    public void Kernels_of_a_layer_are_added_and_counted_as_the_direct_sum()
    {
        var direct = Plan();
        var layers = direct.Subgraphs.Select(s => s.Anchor).ToList();
        var plan = ModelPlan.Of(direct.Graph, AlgorithmChoices.Of([new(layers[1], Algorithm.Winograd2), new(layers[2], Algorithm.Winograd2)]));
        Assert.Equal(9, plan.Subgraphs.Length);
        var tasks = TaskTimes.Of(
            Untuned(plan), direct, [1, 2, 3, 4, 5, 6], [[0], [1], [2], [3], [4], [5], [6], [7], [8]], [10, 20, 30, 40, 20, 32, 40, 50, 60]);
        var row = tasks.Single(t => t.Task == "conv 3x3/1 8→8 @6x6 winograd2 +relu");
        Assert.Equal((2 + 3 + 4, 20 + 31 + 40, 2), (row.AloneSeconds, row.ModelSeconds, row.Calls));
        Assert.Equal((8 * 8 * 36 * 9, 8 * 8 * 16 * 16), (row.Macs, row.ImageMacs));
        Assert.Equal(["winograd2 input 8 @3x3", "winograd2 product 8→8 @3x3", "winograd2 output 8 @6x6 +relu"], row.Kernels.Select(k => k.Kernel));
        Assert.Equal(4 * 9 * 8 * 8, row.WeightBytes);
        Assert.All(tasks.Where(t => t != row), t => Assert.Empty(t.Kernels));
    }

    [Fact]
    public void Work_is_counted_with_and_without_padding()
    {
        var plan = Plan();
        var known = Untuned(plan);
        var tasks = TaskTimes.Of(known, plan, [1, 1, 1, 1], [[0], [1], [2], [3], [4]], [5, 4, 3, 2, 1]);
        Assert.Equal([8 * 8 * 36 * 9, 8 * 8 * 36 * 9, 0, 80], tasks.Select(t => (int)t.Macs));
        // Of 6·3 rows under the window's three, two lie outside; the same of columns.
        Assert.Equal([8 * 8 * 16 * 16, 8 * 8 * 16 * 16, 0, 80], tasks.Select(t => (int)t.ImageMacs));
        Assert.Equal([4 * 8 * 8 * 9, 4 * 8 * 8 * 9, 0, 4 * (80 + 10)], tasks.Select(t => (int)t.WeightBytes));
    }
}
