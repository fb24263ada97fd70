using CPrune.Graph;

namespace CPrune.Compiler.Targets;

/// <summary>Targets by name.</summary>
public static class TargetCatalog
{
    private const string LinuxX64 = "x86_64-unknown-linux-gnu";
    private const string LinuxArm64 = "aarch64-unknown-linux-gnu";
    private const string V3Features = "+avx2,+fma,+bmi,+bmi2,+f16c,+lzcnt,+movbe";

    // The feature levels of the x86-64 psABI. LLVM would rather use half of an AVX-512 register; a schedule decides that here.
    // AArch64: any 64-bit Arm processor; those of a Raspberry Pi 4 and of a Raspberry Pi 5.
    private static readonly Target[] Known =
    [
        new("x86-64-v2", LinuxX64, "x86-64-v2", "+sse4.2,+ssse3,+popcnt,+cx16", InstructionSet.Sse, 1),
        new("x86-64-v3", LinuxX64, "x86-64-v3", V3Features, InstructionSet.Avx2, 1),
        new("x86-64-v4", LinuxX64, "x86-64-v4", $"{V3Features},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl,-prefer-256-bit", InstructionSet.Avx512, 1),
        new("aarch64", LinuxArm64, "generic", "+neon", InstructionSet.Neon, 1),
        new("cortex-a72", LinuxArm64, "cortex-a72", "+neon,+crc", InstructionSet.Neon, 1),
        new("cortex-a76", LinuxArm64, "cortex-a76", "+neon,+crc,+lse", InstructionSet.Neon, 1),
    ];

    /// <summary>Every name <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["host", .. Known.Select(t => t.Name)];

    /// <summary>Finds a target; <c>host</c> asks LLVM for this machine's CPU and features.</summary>
    /// <param name="threads">Threads of the compiled model; at least 1.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: unknown name (the message lists the known ones), or
    /// LLVM missing.</exception>
    public static Target Find(string name, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (name == "host") return ThisMachine.Describe(threads);
        return Known.FirstOrDefault(t => t.Name == name) is { } known
            ? known with { Threads = threads }
            : throw new UserErrorException(
                UserErrorKind.Target, $"unknown target '{name}': choose one of {string.Join(", ", Names)}");
    }
}
