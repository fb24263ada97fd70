using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;

namespace CPrune.Pruning.Tests.Policies;

/// <summary>How narrow each group may become, and which layers a pattern means.</summary>
public class GroupFloorTests
{
    private static readonly ModelGraph s_model = Stages();

    [Fact]
    public void A_share_of_the_original_has_to_stay()
    {
        var analysis = PruningGraph.Analyze(s_model);
        var pruned = ChannelRemover.Remove(s_model, analysis, analysis.GroupOf("inner")!, [0, 1, 2]);
        var floors = GroupFloors.Of(s_model, 0.8);

        Assert.Equal((10, 2), Of(floors, pruned, "inner"));
        Assert.Equal((8, 2), Of(floors, pruned, "stem"));
    }

    [Fact]
    public void A_cap_holds_for_everything_that_is_coupled_with_the_layer()
    {
        Assert.Equal((8, 6), Of(GroupFloors.Of(s_model, 0.8, Cap("outer", 0.25)), s_model, "stem"));
        Assert.Equal((8, 8), Of(GroupFloors.Of(s_model, 0.8, Cap("ste?", 0)), s_model, "outer"));
        Assert.Equal((10, 2), Of(GroupFloors.Of(s_model, 0.8, Cap("ste?", 0)), s_model, "inner"));
    }

    [Fact]
    public void Of_several_caps_the_smallest_share_holds_and_it_may_be_above_the_general_one()
    {
        Assert.Equal((10, 5), Of(GroupFloors.Of(s_model, 0.8, Cap("*", 0.9), Cap("in*", 0.5)), s_model, "inner"));
        Assert.Equal((10, 1), Of(GroupFloors.Of(s_model, 0.8, Cap("inner", 0.95)), s_model, "inner"));
    }

    /// <summary>1 − 0.7 is a little more than 0.3, so that a fraction of a channel would be left, and with it a whole one.</summary>
    [Theory, InlineData(0.7, 3), InlineData(0.9, 1), InlineData(0.3, 7), InlineData(0.25, 8), InlineData(0.99, 1)]
    public void A_share_means_the_number_it_says(double share, int least) => Assert.Equal((10, least), Of(GroupFloors.Of(s_model, share), s_model, "inner"));

    /// <summary>A layer may belong to several groups; each has a floor of its own.</summary>
    [Fact]
    public void Filters_added_to_an_earlier_stage_and_others_count_apart()
    {
        var graph = PaddedNet.Make(narrow: 4, wide: 10, before: 0);

        var floors = GroupFloors.Of(graph, 0.5);
        Assert.Equal([4, 6], PruningGraph.Analyze(graph).GroupsOf("wide").Select(floors.OriginalOf));
        Assert.Equal([2, 3], PruningGraph.Analyze(graph).GroupsOf("wide").Select(floors.LeastOf));
    }

    [Fact]
    public void A_group_that_lost_a_layer_is_the_one_it_was()
    {
        var shorter = s_model with { Nodes = [.. s_model.Nodes.Where(n => n.Name is not ("inner" or "outer" or "add"))] };
        shorter = shorter with { Nodes = [.. shorter.Nodes.Select(n => n.Name == "last" ? n with { Inputs = ["stem.out", .. n.Inputs.Skip(1)] } : n)] };

        Assert.Equal((8, 2), Of(GroupFloors.Of(s_model, 0.8), shorter, "stem"));
    }

    /// <summary>Filters that were apart because an earlier stage made some of them, too, are one group without that stage.</summary>
    [Fact]
    public void Groups_that_have_become_one_count_together()
    {
        var graph = Widening();
        var block = Assert.Single(ResidualBlocks.Of(graph), r => r.Name == "add2");
        var shorter = BlockRemover.Remove(graph, block);
        Assert.Equal([(4, "stem,two,three"), (4, "two,three"), (8, "three")], Widths(graph));
        Assert.Equal([(4, "stem,three"), (12, "three")], Widths(shorter));

        var floors = GroupFloors.Of(graph, 0.8, Cap("three", 0.5));
        Assert.Equal((12, 6), Of(floors, shorter, "three"));
        var analysis = PruningGraph.Analyze(shorter);
        Assert.Equal((12, 6), Of(floors, ChannelRemover.Remove(shorter, analysis, analysis.GroupOf("three")!, [0, 1, 2, 9, 10]), "three"));
        Assert.Equal([4, 4, 8], PruningGraph.Analyze(graph).GroupsOf("three").Select(floors.OriginalOf));

        static IEnumerable<(int, string)> Widths(ModelGraph model) =>
            PruningGraph.Analyze(model).Groups.Where(g => g.Layers.Contains("three")).Select(g => (g.Channels, string.Join(',', g.Layers)));
    }

    [Fact]
    public void ResNet20_without_its_second_stage_has_a_third_one_of_48_channels_of_its_own()
    {
        var graph = OnnxFile.Read(SharedData.Path("models", "cifar10_resnet20.onnx"));
        var shorter = graph;
        while (ResidualBlocks.Of(shorter).FirstOrDefault(r => r.Layers[0].Contains("layer2", StringComparison.Ordinal)) is { } block)
            shorter = BlockRemover.Remove(shorter, block);

        Assert.Equal((48, 24), Of(GroupFloors.Of(graph, 0.8, Cap("*layer3*", 0.5)), shorter, "/layer3/layer3.1/conv2/Conv"));
    }

    [Fact]
    public void A_pattern_that_matches_no_layer_is_told_with_the_nearest()
    {
        LayerCap.RequireMatches([Cap("*er", 0), Cap("l?st", 0)], s_model);
        var error = Assert.Throws<UserErrorException>(() => LayerCap.RequireMatches([new LayerCap("--keep 'iner'", "iner", 0)], s_model));
        Assert.Equal((UserErrorKind.Usage, "--keep 'iner' matches no convolution or dense layer of the model; the nearest are 'inner', 'outer', 'stem'"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("inner", "inner", 0)]
    [InlineData("iner", "inner", 1)]
    [InlineData("in*", "inner", 0)]
    [InlineData("on*r", "inner", 1)]
    [InlineData("???er", "inner", 0)]
    [InlineData("", "ab", 2)]
    public void Wildcards_cost_nothing(string pattern, string name, int distance) => Assert.Equal(distance, PatternDistance.Between(pattern, name));

    private static (int Original, int Least) Of(GroupFloors floors, ModelGraph model, string layer)
    {
        var group = PruningGraph.Analyze(model).GroupOf(layer)!;
        return (floors.OriginalOf(group), floors.LeastOf(group));
    }

    private static LayerCap Cap(string pattern, double share) => new($"--max-cut '{pattern}={share}'", pattern, share);

    /// <summary>Two blocks whose shortcuts are padded with zeros, from 4 to 8 and from 8 to 16 channels.</summary>
    private static ModelGraph Widening()
    {
        var b = new GraphBuilder("widening", 1);
        var x = b.Conv(b.Input(3, 4, 4), 4, Window.Same(3), name: "stem");
        x = b.Add(b.Conv(x, 8, Window.Same(3), name: "two"), Padded(x, 8), "add2");
        x = b.Add(b.Conv(x, 16, Window.Same(3), name: "three"), Padded(x, 16), "add3");
        return b.Build(b.Conv(x, 3, Window.Same(1), name: "last"));

        string Padded(string value, int to) => b.Node(
            "Pad", [value, b.Constant($"pads{to}", Tensor.Of([0L, 0, 0, 0, 0, to / 2, 0, 0], 8))], [1, to, 4, 4]);
    }

    private static ModelGraph Stages()
    {
        var b = new GraphBuilder("stages", 1);
        var x = b.Conv(b.Input(3, 8, 8), 8, Window.Same(3), name: "stem");
        var y = b.Conv(b.Conv(x, 10, Window.Same(1), name: "inner"), 8, Window.Same(1), name: "outer");
        return b.Build(b.Conv(b.Add(x, y, "add"), 3, Window.Same(1), name: "last"));
    }
}
