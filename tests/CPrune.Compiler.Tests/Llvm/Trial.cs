using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>A kernel to try.</summary>
/// <param name="Seed">Of its inputs.</param>
/// <param name="Shares">Calls that its parallel loop is divided among.</param>
internal sealed record Trial(Computation Computation, Schedule Schedule, int Seed, int Shares = 1)
{
    /// <summary>What a failure must tell for it to be repeated.</summary>
    public string Text(Target target) => $"seed {Seed}, {target.Name}\n{Computation.Key}\n{Schedule}";
}
