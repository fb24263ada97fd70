using CPrune.Compiler.Models;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CsCheck;

namespace CPrune.Compiler.Tests.Models.Chains;

public class ChainTests
{
    /// <summary>So small that whatever can be a chain becomes one.</summary>
    private static readonly ChainLimits Eager = new(LeastBytes: 1, StripBytes: 1 << 14);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Random_graphs_compute_the_same_strip_by_strip(int threads)
    {
        var compiler = new ModelCompiler(TargetCatalog.Find("host", threads), limits: Eager);
        var chained = 0;
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var graph = RandomGraph.Of(seed);
            using var model = new CompiledModel(ModelPlan.Of(graph).With(inChains: true), compiler, threads);
            chained += model.Info.Calls.Count(c => c.Length > 1);
            var input = Referee.Data(seed, [.. model.Native.InputShape]);
            Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
        }, iter: 20, threads: 1);
        Assert.True(chained > 0, "no graph had a chain");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Bottlenecks_with_strides_and_shortcuts_compute_the_same_strip_by_strip(int threads)
    {
        var graph = Bottlenecks();
        using var model = new CompiledModel(ModelPlan.Of(graph).With(inChains: true), new ModelCompiler(TargetCatalog.Find("host", threads), limits: Eager), threads);
        var input = Referee.Data(3, [.. model.Native.InputShape]);

        Assert.Contains(model.Info.Calls, c => c.Length > 2);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
    }

    [Fact]
    public void Every_turn_of_every_member_belongs_to_a_strip_and_comes_before_its_readers()
    {
        var plan = ModelPlan.Of(Bottlenecks()).With(inChains: true);
        var layout = new ModelLayout(plan, new Dictionary<string, Schedule>(), TargetCatalog.Find("host", 1), Eager);
        var chains = layout.Calls.Where(c => c.Chain is not null).Select(c => c.Chain!).ToList();

        Assert.NotEmpty(chains);
        foreach (var chain in chains)
            for (var member = 0; member < chain.Stages.Length; member++)
            {
                Assert.Equal(0, chain.Ranges[0][member].Begin);
                Assert.Equal(chain.Stages[member].Turns, chain.Ranges[^1][member].End);
                for (var strip = 1; strip < chain.Strips; strip++)
                    Assert.InRange(chain.Ranges[strip][member].Begin, 0, chain.Ranges[strip - 1][member].End);
            }
    }

    [Fact]
    public void A_value_that_fits_the_cache_makes_no_chain()
    {
        using var model = new CompiledModel(ModelPlan.Of(Bottlenecks()).With(inChains: true), new ModelCompiler(TargetCatalog.Find("host", 1), limits: new ChainLimits()));

        Assert.All(model.Info.Calls, c => Assert.Single(c));
        Assert.Equal(model.Plan.Subgraphs.Length, model.Native.Kernels.Count);
    }

    [Fact]
    public void A_plan_that_is_to_run_kernel_by_kernel_has_no_chain()
    {
        var layout = new ModelLayout(ModelPlan.Of(Bottlenecks()), new Dictionary<string, Schedule>(), TargetCatalog.Find("host", 1), Eager);

        Assert.All(layout.Calls, c => Assert.Null(c.Chain));
    }

    [Fact]
    public void A_profile_has_one_entry_a_chain()
    {
        using var model = new CompiledModel(ModelPlan.Of(Bottlenecks()).With(inChains: true), new ModelCompiler(TargetCatalog.Find("host", 1), limits: Eager));
        var seconds = new double[model.Native.Kernels.Count];

        model.Native.Profile(new float[model.Native.InputShape.Aggregate(1, (n, e) => n * e)], new float[10], seconds);

        Assert.Equal(model.Info.Calls.Length, seconds.Length);
        Assert.All(seconds, s => Assert.True(s > 0));
        Assert.Equal(model.Plan.Subgraphs.Length, model.Info.Calls.Sum(c => c.Length));
    }

    /// <summary>Two inverted residuals (Sandler et al., "MobileNetV2", CVPR 2018), the first with stride 2, and a classifier.</summary>
    private static ModelGraph Bottlenecks()
    {
        var b = new GraphBuilder("bottlenecks", seed: 5);
        var x = b.Clip(b.Conv(b.Input(3, 31, 29), 8, Window.Same(3, stride: 2)), 0, 6);
        x = Bottleneck(b, x, 12, 2);
        x = b.Add(x, Bottleneck(b, x, 12, 1));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10, "fc"));
    }

    private static string Bottleneck(GraphBuilder b, string x, int channels, int stride)
    {
        var wide = b.Clip(b.Conv(x, 4 * b.ShapeOf(x)[1], Window.Same(1)), 0, 6);
        wide = b.Clip(b.Depthwise(wide, Window.Same(3, stride: stride)), 0, 6);
        return b.Conv(wide, channels, Window.Same(1));
    }
}
