using System.Runtime.InteropServices;
using CPrune.Compiler.Llvm;
using CPrune.Graph;

namespace CPrune.Compiler.Targets;

/// <summary>Targets by name.</summary>
public static class TargetCatalog
{
    private const string LinuxX64 = "x86_64-unknown-linux-gnu";

    // The feature levels of the x86-64 psABI. LLVM would rather use half of an AVX-512 register; a schedule decides that here.
    private static readonly Dictionary<string, Target> Levels = new(StringComparer.Ordinal)
    {
        ["x86-64-v2"] = new("x86-64-v2", LinuxX64, "x86-64-v2", "+sse4.2,+ssse3,+popcnt,+cx16", 128, 16, 1),
        ["x86-64-v3"] = new("x86-64-v3", LinuxX64, "x86-64-v3", "+avx2,+fma,+bmi,+bmi2,+f16c,+lzcnt,+movbe", 256, 16, 1),
        ["x86-64-v4"] = new(
            "x86-64-v4", LinuxX64, "x86-64-v4",
            "+avx2,+fma,+bmi,+bmi2,+f16c,+lzcnt,+movbe,+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl,-prefer-256-bit", 512, 32, 1),
    };

    /// <summary>Every name <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["host", .. Levels.Keys];

    /// <summary>Finds a target; <c>host</c> asks LLVM for this machine's CPU and features.</summary>
    /// <param name="threads">Threads of the compiled model; at least 1.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: unknown name (the message lists the known ones), or
    /// LLVM missing.</exception>
    public static Target Find(string name, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (name == "host") return Host(threads);
        return Levels.TryGetValue(name, out var level)
            ? level with { Threads = threads }
            : throw new UserErrorException(
                UserErrorKind.Target, $"Unknown target '{name}': choose one of {string.Join(", ", Names)}.");
    }

    private static Target Host(int threads)
    {
        LlvmLibrary.EnsureLoaded();
        var triple = LlvmNative.TakeMessage(LlvmNative.LLVMGetDefaultTargetTriple());
        var cpu = LlvmNative.TakeMessage(LlvmNative.LLVMGetHostCPUName());
        var features = LlvmNative.TakeMessage(LlvmNative.LLVMGetHostCPUFeatures());
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64) return new("host", triple, cpu, features, 128, 32, threads);
        var has = features.Split(',').ToHashSet(StringComparer.Ordinal);
        if (has.Contains("+avx512f") && has.Contains("+avx512vl"))
            return new("host", triple, cpu, features + ",-prefer-256-bit", 512, 32, threads);
        return new("host", triple, cpu, features, has.Contains("+avx") ? 256 : 128, 16, threads);
    }
}
