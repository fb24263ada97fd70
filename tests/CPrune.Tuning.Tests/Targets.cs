using CPrune.Compiler.Targets;

namespace CPrune.Tuning.Tests;

internal static class Targets
{
    /// <summary>Any AVX-512 machine; nothing is run on it.</summary>
    public static Target Wide(int threads = 1) => TargetCatalog.Find("x86-64-v4", threads);

    public static Target Narrow(int threads = 1) => TargetCatalog.Find("x86-64-v3", threads);

    /// <summary>This machine.</summary>
    public static Target Host(int threads = 1) => TargetCatalog.Find("host", threads);
}
