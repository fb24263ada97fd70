using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>Figures of a compiled model.</summary>
/// <param name="Kernels">Distinct kernels; a model calls some of them more than once.</param>
public sealed record CompiledModelInfo(long WorkspaceBytes, long WeightBytes, int Kernels)
{
    /// <summary>What the library calls, in order, and by which it profiles: places among the plan's subgraphs, several where they run as a chain.</summary>
    public ImmutableArray<ImmutableArray<int>> Calls { get; init; } = [];
}

/// <summary>A plan and a schedule per task → a shared library with a C interface. Thread-safe.</summary>
public sealed class ModelCompiler : IModelCompiler
{
    /// <summary>So that a thread that is through with its share has something to help with.</summary>
    private const int PartsPerThread = 4;

    private readonly KernelObjects _kernels;
    private readonly ChainLimits _limits;
    private readonly Lazy<byte[]> _runtime;
    private readonly Lazy<Linker> _linker;

    /// <summary>Compiled kernels are kept by workload, schedule and target, so a candidate that changes two tasks compiles two kernels.</summary>
    /// <param name="cacheFolder">Where compiled kernels are kept between processes; null for nowhere.</param>
    /// <param name="limits">Which kernels run as a chain where a plan is to run in chains; null for the usual ones.</param>
    /// <param name="linker">Null for the one that is installed.</param>
    public ModelCompiler(Target target, string? cacheFolder = null, ChainLimits? limits = null, Linker? linker = null)
    {
        Target = target;
        _limits = limits ?? new ChainLimits();
        _kernels = new KernelObjects(target, cacheFolder);
        _runtime = new Lazy<byte[]>(() => RuntimeObject.Compile(target));
        _linker = new Lazy<Linker>(() => linker ?? Linker.For(target));
    }

    public Target Target { get; }

    /// <summary>
    /// Writes the shared library <paramref name="libraryPath"/> (whole or not at all) and, where asked, its C header. Tasks without an entry in
    /// <paramref name="schedules"/> (keyed by <see cref="TuningTask.Key"/>) use <see cref="DefaultSchedule"/>. Its C functions are named after the
    /// library: <c>model.so</c> has <c>model_create</c>, <c>model_run</c>, <c>model_destroy</c>.
    /// </summary>
    /// <exception cref="UserErrorException">Kind Target: LLVM or linker missing. Kind Output: cannot be written.</exception>
    /// <exception cref="ArgumentException">A schedule does not fit its task.</exception>
    public CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath)
    {
        var linker = _linker.Value;
        var layout = new ModelLayout(plan, schedules, Target, _limits);
        var kernels = KernelsOf(layout);
        var memory = MemoryPlan.Of(ModelBuffers.Of(plan, layout.CallOf), InPlace.Of(layout, Target));
        var weights = new WeightBlob();
        var calls = layout.Calls.Select(c => CallOf(layout, c, kernels, memory, weights)).ToImmutableArray();
        var prefix = CInterface.PrefixOf(libraryPath);

        var distinct = kernels.DistinctBy(k => k.Source.Symbol).OrderBy(k => k.Source.Symbol, StringComparer.Ordinal).ToList();
        var tables = ModelTables.IrText(plan.Interface, calls, memory, weights.Length, Target.Threads, prefix);
        var library = linker.Link(
            [
                ("tables", ObjectCompiler.Compile(tables, Target)),
                ("runtime", _runtime.Value),
                .. distinct.Select((k, i) => ($"kernel{i}", k.Object)),
                ("weights", DataObject.Of(weights.Bytes, "cprune_weights", Target)),
            ],
            Path.GetFileName(libraryPath),
            [$"{prefix}_*", "cprune_model_*"]);
        var info = new CompiledModelInfo(memory.Bytes, weights.Length, distinct.Count) { Calls = [.. layout.Calls.Select(c => c.Members)] };
        AtomicFile.Write(libraryPath, library);
        if (headerPath is not null)
            AtomicFile.Write(headerPath, Encoding.UTF8.GetBytes(CInterface.Header(prefix, plan.Interface, Target, info)));
        return info;
    }

    /// <summary>A kernel for each subgraph; equal ones are compiled once.</summary>
    private ImmutableArray<CompiledKernel> KernelsOf(ModelLayout layout)
    {
        var subgraphs = layout.Plan.Subgraphs;
        var wanted = subgraphs.Select((s, i) => (s.Computation, Schedule: layout.ScheduleOf(i), Key: (s.Computation.Key, layout.ScheduleOf(i).ToString()))).ToList();
        var distinct = wanted.DistinctBy(w => w.Key).ToList();
        var compiled = new CompiledKernel[distinct.Count];
        try
        {
            Parallel.For(0, compiled.Length, i => compiled[i] = _kernels.Get(distinct[i].Computation, distinct[i].Schedule));
        }
        catch (AggregateException e)
        {
            // Whatever is wrong with one kernel is the caller's answer; a second complaint adds nothing.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        var byKey = distinct.Zip(compiled).ToDictionary(p => p.First.Key, p => p.Second);
        return [.. wanted.Select(w => byKey[w.Key])];
    }

    private ModelCall CallOf(
        ModelLayout layout, PlannedCall call, ImmutableArray<CompiledKernel> kernels, MemoryPlan memory, WeightBlob weights)
    {
        var members = call.Members.Select(i => Kernel(layout.Plan.Subgraphs[i], kernels[i].Source)).ToImmutableArray();
        if (call.Chain is not { } chain) return ModelCall.Of(members[0]);
        // Rows that strips of different threads need are computed by each: fewer and larger parts where there are such.
        var parts = Target.Threads == 1 ? 1 : Math.Min(chain.Strips, chain.Overlaps ? Target.Threads : PartsPerThread * Target.Threads);
        return new ModelCall(members, chain.Ranges, parts);

        KernelCall Kernel(Subgraph subgraph, KernelSource kernel)
        {
            var arguments = subgraph.Operands.Select((operand, i) => operand is Operand.Constant constant
                ? weights.Add(constant.Tensor, kernel.Packing[i]!) | 1
                : memory.Offsets[ModelBuffers.NameOf(operand)!] + sizeof(float) * ((operand as Operand.Value)?.Offset ?? 0));
            return new KernelCall(
                kernel.Symbol, kernel.ParallelExtent, [.. arguments, memory.Offsets[subgraph.Output] + sizeof(float) * subgraph.OutputOffset],
                $"{subgraph.Anchor}: {subgraph.Description}");
        }
    }
}
