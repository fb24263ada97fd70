using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;

namespace CPrune.Compiler.Models;

/// <summary>Figures of a compiled model.</summary>
public sealed record CompiledModelInfo(long WorkspaceBytes, long WeightBytes, int Kernels);

/// <summary>A plan and a schedule per task → a shared library with a C interface.</summary>
public sealed class ModelCompiler
{
    /// <summary>Compiled kernels are kept by workload, schedule and target, so a candidate that changes two tasks compiles two kernels.</summary>
    public ModelCompiler(Target target) => Target = target;

    public Target Target { get; }

    /// <summary>
    /// Writes the shared library <paramref name="libraryPath"/> (whole or not at all) and, where asked, its C header. Tasks without an entry in
    /// <paramref name="schedules"/> (keyed by <see cref="TuningTask.Key"/>) use <see cref="DefaultSchedule"/>.
    /// </summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LLVM or linker missing. Kind Output: cannot be written.</exception>
    public CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath) =>
        throw new NotImplementedException();
}
