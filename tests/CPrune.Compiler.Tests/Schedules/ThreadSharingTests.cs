using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Schedules;

/// <summary>Untuned, small kernels run on the caller's thread alone: handing a part to another thread would take longer than doing it.</summary>
public class ThreadSharingTests
{
    private static readonly Computation
        Small = Samples.Dense(1, 1, 64, 10),
        Middling = Samples.Depthwise(8, 8, 64, new Window(3, PadBefore: 1, PadAfter: 1)),
        Large = Samples.Conv(16, 16, 64, 64, new Window(3, PadBefore: 1, PadAfter: 1));

    [Theory]
    [InlineData("x86-64-v4")]
    [InlineData("x86-64-v2")]
    [InlineData("aarch64")]
    public void A_small_kernel_is_not_shared_and_a_large_one_is(string target)
    {
        Assert.False(IsShared(Small, target));
        Assert.True(IsShared(Large, target));
    }

    /// <summary>36,864 multiply-adds: 2,304 vectors of 16 lanes, or 9,216 of 4, with two instructions each.</summary>
    [Fact]
    public void What_is_small_depends_on_the_instruction_set()
    {
        Assert.False(IsShared(Middling, "x86-64-v4"));
        Assert.True(IsShared(Middling, "x86-64-v2"));
    }

    private static bool IsShared(Computation computation, string target) =>
        DefaultSchedule.For(computation, TargetCatalog.Find(target, 2)).Primitives.Any(p => p is Primitive.Parallel);
}
