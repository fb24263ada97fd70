using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Schedules;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Any computation with any legal schedule.</summary>
internal static class RandomPrograms
{
    /// <summary>How many a test tries; CPRUNE_TEST_PROGRAMS asks for more.</summary>
    public static int Count { get; } = int.TryParse(Environment.GetEnvironmentVariable("CPRUNE_TEST_PROGRAMS"), out var asked) ? asked : 50;

    public static Trial Draw(int seed, Target target)
    {
        var random = new Random(seed);
        var computation = RandomComputations.Draw(random);
        if (random.Next(3) == 0) computation = InBlocks.Of(computation, random, target);
        var schedule = RandomSchedules.Draw(random, computation, target);
        return new Trial(computation, schedule, seed, Shares: random.Next(1, 4));
    }
}
