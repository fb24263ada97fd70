using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>Figures of a compiled model.</summary>
/// <param name="Kernels">Distinct kernels; a model calls some of them more than once.</param>
public sealed record CompiledModelInfo(long WorkspaceBytes, long WeightBytes, int Kernels);

/// <summary>A plan and a schedule per task → a shared library with a C interface. Thread-safe.</summary>
public sealed class ModelCompiler : IModelCompiler
{
    /// <summary>
    /// Points of a computation's iteration space below which its kernel runs on one thread: some microseconds of work, against about one
    /// microsecond to share it.
    /// </summary>
    private const long WorthSharing = 1 << 15;

    private readonly KernelObjects _kernels;
    private readonly Lazy<byte[]> _runtime;

    /// <summary>Compiled kernels are kept by workload, schedule and target, so a candidate that changes two tasks compiles two kernels.</summary>
    /// <param name="cacheFolder">Where compiled kernels are kept between processes; null for nowhere.</param>
    public ModelCompiler(Target target, string? cacheFolder = null)
    {
        Target = target;
        _kernels = new KernelObjects(target, cacheFolder);
        _runtime = new Lazy<byte[]>(() => RuntimeObject.Compile(target));
    }

    public Target Target { get; }

    /// <summary>Whether a compiled model shares this computation among its threads; whoever times a kernel must do the same.</summary>
    public static bool RunsOnThreads(Computation computation) => computation.Axes.Aggregate(1L, (n, a) => n * a.Extent) >= WorthSharing;

    /// <summary>
    /// Writes the shared library <paramref name="libraryPath"/> (whole or not at all) and, where asked, its C header. Tasks without an entry in
    /// <paramref name="schedules"/> (keyed by <see cref="TuningTask.Key"/>) use <see cref="DefaultSchedule"/>. Its C functions are named after the
    /// library: <c>model.so</c> has <c>model_create</c>, <c>model_run</c>, <c>model_destroy</c>.
    /// </summary>
    /// <exception cref="UserErrorException">Kind Target: LLVM or linker missing. Kind Output: cannot be written.</exception>
    /// <exception cref="ArgumentException">A schedule does not fit its task.</exception>
    public CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath)
    {
        var linker = Linker.OfMachine();
        var kernels = KernelsOf(plan, schedules);
        var memory = MemoryPlan.Of(ModelBuffers.Of(plan));
        var weights = new WeightBlob();
        var calls = CallsOf(plan, kernels, memory, weights);
        var prefix = CInterface.PrefixOf(libraryPath);

        var distinct = kernels.Values.DistinctBy(k => k.Source.Symbol).OrderBy(k => k.Source.Symbol, StringComparer.Ordinal).ToList();
        var tables = ModelTables.IrText(plan.Interface, calls, memory, Target.Threads, prefix);
        var library = linker.Link(
            [
                ("tables", ObjectCompiler.Compile(tables, Target)),
                ("runtime", _runtime.Value),
                .. distinct.Select((k, i) => ($"kernel{i}", k.Object)),
                ("weights", DataObject.Of(weights.Bytes, "cprune_weights", Target)),
            ],
            Path.GetFileName(libraryPath),
            [$"{prefix}_*", "cprune_model_*"]);
        AtomicFile.Write(libraryPath, library);
        if (headerPath is not null)
            AtomicFile.Write(headerPath, Encoding.UTF8.GetBytes(CInterface.Header(prefix, plan.Interface, Target)));
        return new CompiledModelInfo(memory.Bytes, weights.Length, distinct.Count);
    }

    private Dictionary<string, CompiledKernel> KernelsOf(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules)
    {
        var compiled = new CompiledKernel[plan.Tasks.Length];
        try
        {
            Parallel.For(0, compiled.Length, i =>
            {
                var task = plan.Tasks[i];
                compiled[i] = _kernels.Get(task.Computation, schedules.GetValueOrDefault(task.Key) ?? DefaultSchedule.For(task.Computation, Target));
            });
        }
        catch (AggregateException e)
        {
            // Whatever is wrong with one kernel is the caller's answer; a second complaint adds nothing.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return plan.Tasks.Zip(compiled).ToDictionary(p => p.First.Key, p => p.Second, StringComparer.Ordinal);
    }

    private static ImmutableArray<KernelCall> CallsOf(
        ModelPlan plan, Dictionary<string, CompiledKernel> kernels, MemoryPlan memory, WeightBlob weights)
    {
        var kernelOf = plan.Tasks.SelectMany(t => t.Subgraphs.Select(s => (s, t.Key)))
            .ToDictionary(p => p.s, p => kernels[p.Key].Source, (IEqualityComparer<Subgraph>)ReferenceEqualityComparer.Instance);
        return [.. plan.Subgraphs.Select(s => Call(s, kernelOf[s]))];

        KernelCall Call(Subgraph subgraph, KernelSource kernel)
        {
            var arguments = subgraph.Operands.Select((operand, i) => operand is Operand.Constant constant
                ? weights.Add(constant.Tensor, kernel.Packing[i]!) | 1
                : memory.Offsets[ModelBuffers.NameOf(operand)!]);
            return new KernelCall(
                kernel.Symbol, kernel.ParallelExtent, RunsOnThreads(subgraph.Computation), [.. arguments, memory.Offsets[subgraph.Output]],
                $"{subgraph.Anchor}: {subgraph.Description}");
        }
    }
}
