using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Tasks;

public class ModelAlternativesTests
{
    private static readonly Target Wide = TargetCatalog.Find("x86-64-v4", 1);

    [Fact]
    public void A_model_may_lie_in_either_layout_and_run_in_either_form()
    {
        var alternatives = Of(32, AllowedVariants.All);

        Assert.Equal([0, 16], alternatives.Layouts.Select(l => l.Direct.Choices.Variant.Block));
        Assert.All(alternatives.Layouts, l => Assert.Contains(l.Contests, c => c.Alternatives.Length > 1));
        Assert.Equal(alternatives.Layouts[1], alternatives.LayoutOf(new ModelVariant { Block = 16 }));
        Assert.Equal([false, true], alternatives.FormsOf(alternatives.Layouts[1].Direct).Select(p => p.Choices.Variant.InChains));
        Assert.True(alternatives.IsChoice);
        Assert.True(alternatives.Tasks.Length > alternatives.Layouts[0].Tasks.Length);
    }

    [Fact]
    public void Where_no_image_can_lie_in_blocks_there_is_one_layout() => Assert.Single(Of(37, AllowedVariants.All).Layouts);

    [Theory]
    [InlineData(true, 16)]
    [InlineData(false, 0)]
    public void What_is_asked_for_leaves_no_choice(bool asked, int block)
    {
        var alternatives = Of(32, new AllowedVariants(asked, asked));

        Assert.False(alternatives.IsChoice);
        var plan = Assert.Single(alternatives.FormsOf(alternatives.Layouts[0].Fastest(_ => null)));
        Assert.Equal(new ModelVariant { Block = block, InChains = asked }, plan.Choices.Variant);
    }

    [Fact]
    public void A_plan_of_its_choices_is_the_same_plan()
    {
        var alternatives = Of(32, new AllowedVariants(true, true));
        var plan = alternatives.FormsOf(alternatives.Layouts[0].Fastest(_ => 1))[0];

        var again = ModelPlan.Of(plan.Graph, plan.Choices);

        Assert.Equal(plan.Choices, again.Choices);
        Assert.Equal(plan.Tasks.Select(t => t.Key), again.Tasks.Select(t => t.Key));
    }

    [Fact]
    public void Models_have_a_key_by_what_is_computed_out_of_which_variants()
    {
        var key = Of(32, AllowedVariants.All).Key;

        Assert.Equal(key, Of(32, AllowedVariants.All, seed: 2).Key);
        Assert.NotEqual(key, Of(48, AllowedVariants.All).Key);
        Assert.NotEqual(key, Of(32, new AllowedVariants(null, false)).Key);
        Assert.NotEqual(key, Of(32, new AllowedVariants(false, null)).Key);
        Assert.NotEqual(key, ModelAlternatives.Of(Net(32, 1), [Algorithm.Direct], AllowedVariants.All, Wide).Key);
    }

    private static ModelAlternatives Of(int channels, AllowedVariants allowed, int seed = 1) =>
        ModelAlternatives.Of(Net(channels, seed), PlanAlternatives.AllAlgorithms, allowed, Wide);

    private static ModelGraph Net(int channels, int seed)
    {
        var b = new GraphBuilder("net", seed);
        var x = b.Relu(b.Conv(b.Input(3, 16, 16), channels, Window.Same(3)));
        x = b.Relu(b.Conv(x, channels, Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
