using CPrune.Compiler.Models;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph.Onnx;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>Compiled models of another architecture, run under an emulator.</summary>
public class ForeignModelTests
{
    [Fact]
    public void Every_small_graph_computes_what_the_reference_does()
    {
        Emulator.Require();
        ForeignModels.Agree(new ModelCompiler(TargetCatalog.Find("aarch64", 2)), [.. SmallGraphs.All.Select((g, i) => new ModelTrial(g.Key, g.Value(), threads: 1 + i % 3, seed: 1))]);
    }

    [Theory]
    [InlineData("aarch64", 7000, false)]
    [InlineData("cortex-a76", 8000, true)]
    public void Random_graphs_compute_what_the_reference_does(string target, int firstSeed, bool chains)
    {
        Emulator.Require();
        var compiler = new ModelCompiler(TargetCatalog.Find(target, 2), limits: new ChainLimits(LeastBytes: 0, StripBytes: 1024));
        ForeignModels.Agree(compiler, [.. Enumerable.Range(firstSeed, 15).Select(Trial)]);

        ModelTrial Trial(int seed)
        {
            var (graph, plan) = RandomGraph.PlanOf(seed, compiler.Target);
            return new ModelTrial("random graph", graph, plan.With(chains), Threads: 1 + seed % 4, seed);
        }
    }

    [Fact]
    public void The_quick_starts_model_runs_on_one_thread_and_on_several()
    {
        Emulator.Require();
        var graph = OnnxFile.Read(Path.Combine(Repository(), "models", "quickstart.onnx"));
        ForeignModels.Agree(new ModelCompiler(TargetCatalog.Find("aarch64", 1)), [.. new[] { 1, 2, 4 }.Select(threads => new ModelTrial("quickstart", graph, threads, seed: 1))]);
    }

    private static string Repository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "CPrune.slnx"))) return folder;
        throw new InvalidOperationException("CPrune.slnx is in no folder above the tests");
    }
}
