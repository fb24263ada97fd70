using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CsCheck;

namespace CPrune.Compiler.Tests.Models;

public class RandomGraphTests
{
    private static readonly ModelCompiler Compiler = new(TargetCatalog.Find("host", 2));

    [Fact]
    public void A_compiled_random_graph_computes_what_the_reference_does() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        var graph = RandomGraph.Of(seed);
        using var model = new CompiledModel(ModelPlan.Of(graph), Compiler, threads: 1 + seed % 2);
        var input = Referee.Data(seed, [.. model.Native.InputShape]);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
    }, iter: 25, threads: 1);
}
