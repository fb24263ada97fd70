using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// A task's code as LLVM IR text. The function is <c>void symbol(float** buffers, int64 begin, int64 end)</c>: <c>buffers</c> are the computation's inputs in
/// order, then the output, each 64-byte aligned with 64 readable bytes behind its end; <c>[begin, end)</c> is the share of the parallel loop.
/// </summary>
/// <param name="Symbol">The exported function; derived from computation, schedule and target, so equal code has one name.</param>
/// <param name="IrText">The module.</param>
/// <param name="ParallelExtent">Turns of the parallel loop; 1 where the schedule has none.</param>
/// <param name="Packing">One entry per input: the layout of a weight, null for an activation.</param>
/// <param name="LoopText">The verified loop nest as text.</param>
public sealed record KernelSource(
    string Symbol, string IrText, int ParallelExtent, ImmutableArray<PackedLayout?> Packing, string LoopText);

/// <summary>The outcome of lowering: an expected refusal is a value, not an exception.</summary>
public abstract record KernelResult
{
    private KernelResult()
    {
    }

    public sealed record Ok(KernelSource Kernel) : KernelResult;

    public sealed record Refused(string Reason) : KernelResult;
}

/// <summary>Computation + schedule + target → IR text. Needs no LLVM, is a pure function, and is thread-safe.</summary>
public static class KernelCompiler
{
    public static KernelResult Lower(Computation computation, Schedule schedule, Target target) => throw new NotImplementedException();
}
