using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Targets whose code is run in this very process.</summary>
internal static class Runnable
{
    public static TheoryData<string> Names => ["host", "x86-64-v2", "x86-64-v3", "x86-64-v4"];

    /// <summary>The target; the test is skipped where this machine cannot run code for it.</summary>
    public static Target Target(string name, int threads = 1)
    {
        var target = TargetCatalog.Find(name, threads);
        Require(target);
        return target;
    }

    /// <summary>Skips the test where this machine cannot run code for the target. Whatever runs code asks: an illegal instruction would end all tests of this process.</summary>
    public static void Require(Target target)
    {
        if (ThisMachine.ObstacleTo(target) is { } obstacle) Assert.Skip($"this machine cannot run {target.Name}: {obstacle}");
    }
}
