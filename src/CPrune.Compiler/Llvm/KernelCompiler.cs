using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// A task's code as LLVM IR text. The function is <c>void symbol(float** buffers, int64 begin, int64 end)</c>: <c>buffers</c> are the
/// computation's inputs in order, then the output, each 64-byte aligned with 64 readable bytes behind its end; <c>[begin, end)</c> is the
/// share of the parallel loop. The output shares no memory with an input, because overlapped tiles compute elements twice; where nothing is computed twice
/// it may lie on an input that is read at the output's own element only (<see cref="InPlace"/>).
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
    /// <exception cref="InvalidOperationException">The loop nest fails its verifier: an error of this compiler.</exception>
    public static KernelResult Lower(Computation computation, Schedule schedule, Target target) =>
        ScheduledNest.Apply(computation, schedule, target) switch
        {
            ScheduleResult.Ok applied => Lower(applied.Nest, target),
            ScheduleResult.Refused refused => new KernelResult.Refused(refused.Reason),
            var other => throw new ArgumentException($"unknown result {other.GetType().Name}"),
        };

    private static KernelResult Lower(ScheduledNest scheduled, Target target)
    {
        var (computation, schedule) = (scheduled.Computation, scheduled.Schedule);
        try
        {
            var (nest, packing) = NestLowering.Lower(scheduled);
            if (LoopVerifier.Faults(nest, computation) is [var fault, ..])
                throw new InvalidOperationException($"unsound loop nest: {fault}\n{schedule}\n{nest}");
            var symbol = Symbol(computation, schedule, target);
            var text = KernelEmitter.Emit(nest, symbol, target);
            return new KernelResult.Ok(new KernelSource(symbol, text, nest.ParallelExtent, packing, nest.ToString()));
        }
        catch (RefusedException refusal)
        {
            return new KernelResult.Refused(refusal.Message);
        }
    }

    private static string Symbol(Computation computation, Schedule schedule, Target target)
    {
        var identity = string.Join('\n', computation.Key, schedule, target.Triple, target.Cpu, target.Features);
        return "cprune_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
    }
}
