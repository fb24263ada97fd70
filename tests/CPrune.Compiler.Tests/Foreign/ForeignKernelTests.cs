using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Llvm;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>What <see cref="RandomProgramTests"/> and its neighbours ask of the instruction sets at hand, asked of one that is emulated.</summary>
public class ForeignKernelTests
{
    [Theory]
    [InlineData("aarch64", 400)]
    [InlineData("cortex-a72", 500)]
    [InlineData("cortex-a76", 600)]
    public void Random_programs_agree_with_the_interpreter(string name, int firstSeed)
    {
        Emulator.Require();
        var target = TargetCatalog.Find(name, 1);
        ForeignKernels.Agree(target, [.. Enumerable.Range(firstSeed, RandomPrograms.Count).Select(seed => RandomPrograms.Draw(seed, target))]);
    }

    [Theory]
    [InlineData("aarch64", 1)]
    [InlineData("cortex-a76", 2)]
    public void Every_kind_of_computation_runs_right_untuned(string name, int threads)
    {
        Emulator.Require();
        var target = TargetCatalog.Find(name, threads);
        ForeignKernels.Agree(target, [.. SampleSet.All.Select(c => new Trial(c, DefaultSchedule.For(c, target), Seed: 1, threads))]);
    }
}
