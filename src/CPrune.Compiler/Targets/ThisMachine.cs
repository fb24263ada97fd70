using CPrune.Compiler.Llvm;
using CPrune.Graph;

namespace CPrune.Compiler.Targets;

/// <summary>The machine that this program runs on, as LLVM sees it.</summary>
public static class ThisMachine
{
    /// <summary>The target named <c>host</c>: all that this machine has.</summary>
    /// <exception cref="UserErrorException">Kind Target: LLVM is missing.</exception>
    public static Target Describe(int threads)
    {
        LlvmLibrary.EnsureLoaded();
        var triple = LlvmNative.TakeMessage(LlvmNative.LLVMGetDefaultTargetTriple());
        var cpu = LlvmNative.TakeMessage(LlvmNative.LLVMGetHostCPUName());
        var features = LlvmNative.TakeMessage(LlvmNative.LLVMGetHostCPUFeatures());
        var machine = new Target("host", triple, cpu, features, InstructionSet.Sse, threads);
        var has = Required(machine).ToHashSet(StringComparer.Ordinal);
        if (machine.Architecture == "aarch64") return machine with { Instructions = InstructionSet.Neon };
        if (has.Contains("+avx512f") && has.Contains("+avx512vl"))
            return machine with { Instructions = InstructionSet.Avx512, Features = $"{features},-prefer-256-bit" };
        if (has.Contains("+avx")) return machine with { Instructions = has.Contains("+fma") ? InstructionSet.Avx2 : InstructionSet.Avx };
        return machine;
    }

    /// <summary>Why this machine cannot run code that is made for a target; null where it can.</summary>
    /// <exception cref="UserErrorException">Kind Target: LLVM is missing.</exception>
    public static string? ObstacleTo(Target target)
    {
        var here = Describe(1);
        if (here.Architecture != target.Architecture) return $"it is of the architecture {here.Architecture}";
        var lacking = Required(target).Except(Required(here)).ToList();
        return lacking.Count == 0 ? null : $"its processor lacks {string.Join(", ", lacking.Select(f => f[1..]))}";
    }

    /// <summary>Whoever times code must be able to run it.</summary>
    /// <exception cref="UserErrorException">Kind Target: this machine cannot run code for the target, or LLVM is missing.</exception>
    public static void RequireToRun(Target target)
    {
        if (ObstacleTo(target) is { } obstacle)
            throw new UserErrorException(
                UserErrorKind.Target,
                $"this machine cannot run code for {target.Name}, because {obstacle}: tune and time on a machine of that kind; 'cprune compile --target {target.Name}' writes a library for it here");
    }

    private static IEnumerable<string> Required(Target target) => target.Features.Split(',').Where(f => f.StartsWith('+'));
}
