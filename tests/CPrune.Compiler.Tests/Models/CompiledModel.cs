using System.Collections.Immutable;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Runtime;

namespace CPrune.Compiler.Tests.Models;

/// <summary>
/// A graph compiled untuned into a library in a folder of its own, and loaded; on several threads, all of them work at every kernel. Where this machine cannot
/// run the code, the test is skipped.
/// </summary>
internal sealed class CompiledModel : IDisposable
{
    private readonly DirectoryInfo _folder;

    public CompiledModel(ModelGraph graph, string target = "host", int threads = 1)
        : this(ModelPlan.Of(graph), new ModelCompiler(TargetCatalog.Find(target, threads)), threads)
    {
    }

    public CompiledModel(ModelPlan plan, ModelCompiler compiler, int threads = 1, IReadOnlyDictionary<string, Schedule>? schedules = null)
    {
        Runnable.Require(compiler.Target);
        _folder = Directory.CreateTempSubdirectory("cprune-test-");
        Plan = plan;
        SharedObject = Path.Combine(_folder.FullName, "model.so");
        Header = Path.Combine(_folder.FullName, "model.h");
        Info = compiler.Compile(plan, schedules ?? (threads > 1 ? SharedSchedules.Of(plan, compiler.Target) : new Dictionary<string, Schedule>()), SharedObject, Header);
        Native = NativeModel.Load(SharedObject, threads);
    }

    public ModelPlan Plan { get; }

    public string SharedObject { get; }

    public string Header { get; }

    public CompiledModelInfo Info { get; }

    public NativeModel Native { get; }

    /// <summary>Fails unless the library computes what the reference evaluator does.</summary>
    public static void AssertAgrees(ModelGraph graph, string target = "host", int threads = 1, int seed = 1)
    {
        using var model = new CompiledModel(graph, target, threads);
        var input = Referee.Data(seed, [.. model.Native.InputShape]);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
    }

    public Tensor Run(Tensor input)
    {
        var output = new float[Native.OutputShape.Aggregate(1, (n, e) => n * e)];
        for (var i = Native.Threads > 1 ? 0 : SharedSchedules.FirstImage; i <= SharedSchedules.FirstImage; i++) Native.Run(input.Floats, output);
        return Tensor.Of(output, Native.OutputShape.ToImmutableArray());
    }

    public void Dispose()
    {
        Native.Dispose();
        _folder.Delete(recursive: true);
    }
}
