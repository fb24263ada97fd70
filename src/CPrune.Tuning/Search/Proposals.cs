using System.Security.Cryptography;
using System.Text;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Search;

/// <summary>Keeps a program from being measured twice: by its schedule's text, and by its code, because different schedules can mean the same code.</summary>
internal sealed class Proposals(Sketch sketch, TaskState task)
{
    private readonly HashSet<string> _schedules = [];
    private readonly HashSet<string> _code = [];

    /// <summary>The program, if it is legal and new; it counts as proposed from then on.</summary>
    public Candidate? Accept(Schedule schedule)
    {
        if (task.Has(schedule) || !_schedules.Add(schedule.ToString()) || sketch.Apply(schedule) is not { } nest) return null;
        if (KernelCompiler.Lower(sketch.Computation, schedule, sketch.Target) is not KernelResult.Ok { Kernel: var kernel }) return null;
        return _code.Add(Digest(kernel)) ? new Candidate(nest, ProgramFeatures.Of(nest, sketch.Target)) : null;
    }

    /// <summary>Of the code without the function's name, which is made from the schedule.</summary>
    private static string Digest(KernelSource kernel) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(kernel.IrText.Replace(kernel.Symbol, "kernel", StringComparison.Ordinal))));
}
