using System.Collections.Concurrent;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Tuning.Space;
using CsCheck;

namespace CPrune.Tuning.Tests.Space;

/// <summary>Mutation and crossover of random programs of random computations.</summary>
public class OffspringTests(ITestOutputHelper output)
{
    private static readonly Target[] SomeTargets = [Targets.Wide(), Targets.Wide(4), Targets.Narrow()];

    /// <summary>Work that is refused is only the search's own time, but a space that mostly refuses is searched badly.</summary>
    [Fact]
    public void Every_child_is_a_program_or_is_refused_with_a_reason()
    {
        var (children, refusals) = (0, new ConcurrentDictionary<string, int>());
        Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[0, SomeTargets.Length - 1]).Sample((seed, target) =>
        {
            var random = new Random(seed);
            var computation = RandomComputations.Draw(random);
            if (random.Next(3) == 0) computation = InBlocks.Of(computation, random, SomeTargets[target]);
            var sketch = new Sketch(computation, SomeTargets[target]);
            var sampler = new Sampler(sketch, random);
            var variation = new Variation(sketch, sampler, random);
            var (a, b) = (sampler.Draw(), sampler.Draw());
            for (var generation = 0; generation < 8; generation++)
            {
                var child = generation % 3 == 2 ? variation.Cross(a, b) : variation.Mutate(a);
                Interlocked.Increment(ref children);
                if (Refusal(sketch, child) is { } reason) refusals.AddOrUpdate(Kind(reason), 1, (_, n) => n + 1);
                (a, b) = (child, a);
            }
        }, iter: 150);
        var refused = refusals.Values.Sum();
        output.WriteLine($"{refused} of {children} children were refused: {string.Join("; ", refusals.OrderByDescending(r => r.Value).Select(r => $"{r.Value}× {r.Key}"))}");
        // About one in a hundred: mixing two ways of filling a register tile can overfill it.
        Assert.True(refused <= 0.05 * children, $"{refused} of {children}");
    }

    /// <summary>Null where the compiler makes code of it.</summary>
    private static string? Refusal(Sketch sketch, Decisions child)
    {
        var schedule = sketch.ToSchedule(child);
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        switch (ScheduledNest.Apply(sketch.Computation, schedule, sketch.Target))
        {
            case ScheduleResult.Refused refused:
                Assert.False(string.IsNullOrWhiteSpace(refused.Reason), $"{schedule}");
                return refused.Reason;
            case ScheduleResult.Ok ok:
                var lowered = KernelCompiler.Lower(sketch.Computation, schedule, sketch.Target);
                Assert.True(lowered is KernelResult.Ok, $"{schedule}: accepted as a schedule, but no code: {(lowered as KernelResult.Refused)?.Reason}");
                Assert.NotNull(sketch.Read(ok.Nest.Schedule));
                return null;
            default:
                throw new InvalidOperationException("unknown result");
        }
    }

    /// <summary>The reason without its numbers and names.</summary>
    private static string Kind(string reason) => string.Join(' ', reason.Split(' ').Where(w => !w.Any(c => char.IsDigit(c) || c == '.')));
}
