using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Schedules;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>
/// Any computation × any legal schedule × any instruction set computes what the interpreter computes. A failure prints its seed.
/// </summary>
public class RandomProgramTests
{
    [Theory]
    [InlineData("host", 0)]
    [InlineData("host", 100)]
    [InlineData("x86-64-v3", 200)]
    [InlineData("x86-64-v2", 300)]
    public void Random_programs_agree_with_the_interpreter(string name, int firstSeed)
    {
        var target = TargetCatalog.Find(name, 1);
        var count = int.TryParse(Environment.GetEnvironmentVariable("CPRUNE_TEST_PROGRAMS"), out var asked) ? asked : 50;
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var random = new Random(seed);
            var computation = RandomComputations.Draw(random);
            var schedule = RandomSchedules.Draw(random, computation, target);
            Check.Agrees(computation, schedule, target, seed, shares: random.Next(1, 4));
        }
    }
}
