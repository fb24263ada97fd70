using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>Which layers teach by what they read.</summary>
public class HintLayersTests
{
    private static readonly ModelGraph s_model = Build();

    private static readonly HintLayers s_hints = new(s_model);

    /// <summary>Where pictures become smaller: at strides, pools and the end; of two that read the same, one; not at the image itself.</summary>
    [Fact]
    public void HintsStandWherePicturesBecomeSmaller() => Assert.Equal([[1, 8, 16, 16], [1, 12, 8, 8], [1, 16, 4, 4]], ReadBy(s_model));

    /// <summary>Channels that went in between take no hint away, those that are handed on do.</summary>
    [Fact]
    public void OnlyInputsWithAllTheirChannelsTeach()
    {
        Assert.Equal([[1, 8, 16, 16], [1, 12, 8, 8], [1, 16, 4, 4]], ReadBy(Without("inner")));
        Assert.Equal([[1, 8, 16, 16], [1, 16, 4, 4]], ReadBy(Without("strided")));
    }

    [Fact]
    public void WithoutABlockTheHintsStay()
    {
        var block = ModelCut.RemovableBlocks(s_model, new CutLimits()).First();
        Assert.Contains("inner", block.Layers);
        Assert.Equal(s_hints.Of(s_model), s_hints.Of(ModelCut.WithoutBlocks(s_model, [block.Name])));
    }

    /// <summary>Shapes of what the layers read that teach a model.</summary>
    private static int[][] ReadBy(ModelGraph cut)
    {
        var shapes = KnownValues.AsFarAsKnown(cut).Shapes;
        return [.. s_hints.Of(cut).Select(l => shapes[Assert.Single(cut.Nodes, n => n.Name == l).Inputs[0]].ToArray())];
    }

    private static ModelGraph Without(string layer)
    {
        var analysis = PruningGraph.Analyze(s_model);
        return ChannelRemover.Remove(s_model, analysis, analysis.GroupOf(layer)!, [0, 2]);
    }

    /// <summary>A stem, a residual block, a stage of half the size with a shortcut, a pool and an end.</summary>
    private static ModelGraph Build()
    {
        var graph = new GraphBuilder("hinted", seed: 1);
        var x = graph.Relu(graph.Conv(graph.Input(3, 32, 32), 8, Window.Same(3, 2)));
        x = graph.Relu(graph.Add(graph.Conv(graph.Relu(graph.Conv(x, 6, Window.Same(3), name: "inner")), 8, Window.Same(3)), x));
        x = graph.Relu(graph.Add(graph.Conv(x, 12, Window.Same(3, 2), name: "strided"), graph.Conv(x, 12, Window.Same(1, 2))));
        x = graph.Relu(graph.Conv(graph.MaxPool(x, Window.Valid(2, 2)), 16, Window.Same(3)));
        return NameNodes.Apply(graph.Build(graph.Dense(graph.Flatten(graph.GlobalAveragePool(x)), 10)));
    }
}
