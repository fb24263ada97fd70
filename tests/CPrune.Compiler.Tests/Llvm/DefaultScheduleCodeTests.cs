using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Llvm;

public class DefaultScheduleCodeTests
{
    [Theory]
    [InlineData("host", 1)]
    [InlineData("x86-64-v4", 2)]
    [InlineData("x86-64-v3", 2)]
    [InlineData("x86-64-v2", 1)]
    public void Every_kind_of_computation_runs_right_untuned(string name, int threads)
    {
        var target = Runnable.Target(name, threads);
        foreach (var computation in SampleSet.All) Check.Agrees(computation, DefaultSchedule.For(computation, target), target, seed: 1, threads);
    }
}
