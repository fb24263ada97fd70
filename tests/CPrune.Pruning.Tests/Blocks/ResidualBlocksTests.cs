using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;
using CPrune.Pruning.Blocks;

namespace CPrune.Pruning.Tests.Blocks;

public class ResidualBlocksTests
{
    [Fact]
    public void A_block_is_what_lies_between_a_value_and_its_addition()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "stem"));
        var inner = b.Relu(b.BatchNorm(b.Conv(x, 8, Window.Same(3), name: "a"), name: "bn"), "act");
        var y = b.Relu(b.Add(b.Conv(inner, 4, Window.Same(3), name: "b"), x, "add"));
        var graph = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(y)), 3, "fc"));

        var block = Assert.Single(ResidualBlocks.Of(graph));

        Assert.Equal(("add", "add.out", x, "b.out", x), (block.Name, block.Sum, block.Entry, block.Branch, block.Shortcut));
        Assert.True(block.HasIdentityShortcut);
        Assert.Equal(["a.out", "bn.out", "act.out", "b.out"], block.Nodes);
        Assert.Equal(["a", "b"], block.Layers);
        Assert.Equal("block add: a, b", $"{block}");
    }

    /// <summary>However narrow cuts have made the inside of the block, and be it computed first or last.</summary>
    [Theory]
    [InlineData(16, true)]
    [InlineData(16, false)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    public void Cuts_do_not_change_which_side_of_a_bottleneck_is_the_shortcut(int inside, bool projectionFirst)
    {
        var b = new GraphBuilder("bottleneck", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 8, Window.Same(3), name: "stem"));
        var y = b.Relu(b.Conv(x, inside, Window.Same(1), name: "reduce"));
        y = b.Conv(b.Relu(b.Conv(y, inside, Window.Same(3), name: "middle")), 32, Window.Same(1), name: "expand");
        var projection = b.Conv(x, 32, Window.Same(1), name: "projection");
        var graph = b.Build(b.GlobalAveragePool(projectionFirst ? b.Add(projection, y, "add") : b.Add(y, projection, "add")));

        Assert.Equal(["reduce", "middle", "expand"], Assert.Single(ResidualBlocks.Of(graph)).Layers);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(1)]
    public void Of_sides_of_one_layer_the_smaller_window_is_the_shortcut(int before)
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), before, Window.Same(3), name: "stem"));
        var graph = b.Build(b.GlobalAveragePool(b.Add(b.Conv(x, 6, Window.Same(1), name: "projection"), b.Conv(x, 6, Window.Same(3), name: "main"), "add")));

        Assert.Equal(["main"], Assert.Single(ResidualBlocks.Of(graph)).Layers);
    }

    [Fact]
    public void A_projection_is_the_shortcut_because_it_has_fewer_layers()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "stem"));
        var main = b.Conv(b.Relu(b.Conv(x, 6, Window.Same(3), name: "a")), 6, Window.Same(3), name: "b");
        var graph = b.Build(b.GlobalAveragePool(b.Add(b.BatchNorm(b.Conv(x, 6, Window.Same(1), name: "projection")), main, "add")));

        var block = Assert.Single(ResidualBlocks.Of(graph));

        Assert.False(block.HasIdentityShortcut);
        Assert.Equal((x, "b.out"), (block.Entry, block.Branch));
        Assert.Equal(["a", "b"], block.Layers);
    }

    [Fact]
    public void A_layer_that_someone_else_reads_is_not_inside()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3)));
        var shared = b.Conv(x, 4, Window.Same(3), name: "shared");
        var sum = b.Add(b.Conv(shared, 4, Window.Same(3), name: "own"), shared, "add");
        var graph = b.Build(b.GlobalAveragePool(b.Concat([sum, shared])));

        Assert.Equal(["own"], Assert.Single(ResidualBlocks.Of(graph)).Layers);
    }

    [Fact]
    public void Blocks_inside_blocks_are_blocks()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Conv(b.Input(3, 6, 6), 4, Window.Same(3));
        var y = b.Conv(x, 4, Window.Same(3), name: "first");
        y = b.Add(y, b.Conv(y, 4, Window.Same(3), name: "inner"), "small");
        var graph = b.Build(b.GlobalAveragePool(b.Add(b.Conv(y, 4, Window.Same(1), name: "last"), x, "large")));

        Assert.Equal(["small: inner", "large: first, inner, last"], ResidualBlocks.Of(graph).Select(r => $"{r.Name}: {string.Join(", ", r.Layers)}"));
    }

    [Fact]
    public void Sums_without_a_shortcut_are_no_blocks()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Conv(b.Input(3, 6, 6), 4, Window.Same(3));
        var twins = b.Add(b.Conv(x, 4, Window.Same(3)), b.Conv(x, 4, Window.Same(3)));
        var twice = b.Add(twins, twins);
        var shifted = b.Add(twice, b.Constant("shift", b.Uniform(0, 1, 1, 4, 1, 1)));
        var broadcast = b.Add(shifted, b.Conv(b.GlobalAveragePool(shifted), 4, Window.Valid(1)));

        Assert.Empty(ResidualBlocks.Of(b.Build(b.GlobalAveragePool(b.Relu(broadcast)))));
    }

    [Theory]
    [InlineData("cifar10_resnet20.onnx")]
    [InlineData("cifar10_resnet20b_chenyaofo.onnx")]
    public void ResNet20_has_nine_blocks_of_two_layers(string file)
    {
        var blocks = ResidualBlocks.Of(OnnxFile.Read(SharedData.Path("models", file)));

        Assert.Equal(9, blocks.Length);
        Assert.All(blocks, block => Assert.Equal(2, block.Layers.Length));
        Assert.Equal([true, true, true, false, true, true, false, true, true], blocks.Select(block => block.HasIdentityShortcut));
    }
}
