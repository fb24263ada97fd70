using CPrune.Compiler.Models;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CsCheck;

namespace CPrune.Compiler.Tests.Models;

public class RandomGraphTests
{
    [Theory, MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void A_compiled_random_graph_computes_what_the_reference_does(string target)
    {
        var compiler = new ModelCompiler(Runnable.Target(target, threads: 2));
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var (graph, plan) = RandomGraph.PlanOf(seed, compiler.Target);
            using var model = new CompiledModel(plan, compiler, threads: 1 + seed % 2);
            var input = Referee.Data(seed, [.. model.Native.InputShape]);
            Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
        }, iter: target == "host" ? 25 : 10, threads: 1);
    }
}
