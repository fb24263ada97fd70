using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;

namespace CPrune.Compiler.Models;

/// <summary>Makes shared libraries; an interface so that a recorded run can be replayed without a tool chain.</summary>
public interface IModelCompiler
{
    /// <inheritdoc cref="ModelCompiler.Compile"/>
    CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath);
}
