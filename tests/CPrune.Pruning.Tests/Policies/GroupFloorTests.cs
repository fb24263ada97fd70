using CPrune.Graph;
using CPrune.Graph.Building;
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

    private static ModelGraph Stages()
    {
        var b = new GraphBuilder("stages", 1);
        var x = b.Conv(b.Input(3, 8, 8), 8, Window.Same(3), name: "stem");
        var y = b.Conv(b.Conv(x, 10, Window.Same(1), name: "inner"), 8, Window.Same(1), name: "outer");
        return b.Build(b.Conv(b.Add(x, y, "add"), 3, Window.Same(1), name: "last"));
    }
}
