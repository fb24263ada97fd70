using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Compiler.Tests.Schedules;

namespace CPrune.Compiler.Tests.Models;

public class InPlaceKernelTests
{
    /// <summary>A convolution's sum, and an elementwise one, over what is added, with any schedule that computes nothing twice.</summary>
    [Fact]
    public void Any_program_that_computes_nothing_twice_may_write_over_what_it_adds()
    {
        var target = TargetCatalog.Find("host", 1);
        var tried = 0;
        for (var seed = 0; tried < 40; seed++)
        {
            var random = new Random(seed);
            var computation = random.Next(3) > 0
                ? Samples.Conv(random.Next(4, 9), random.Next(4, 9), random.Next(1, 9), random.Next(1, 40), new Window(3, PadBefore: 1, PadAfter: 1), residual: true)
                : Samples.Shortcut(random.Next(2, 9), random.Next(2, 9), 5, random.Next(5, 40), random.Next(1, 3), 0);
            var schedule = RandomSchedules.Draw(random, computation, target);
            if (InPlace.ComputesTwice(computation, schedule, target)) continue;
            tried++;
            var added = computation.Inputs.Select((b, i) => (b.Name, Slot: i)).Single(b => b.Name == "s").Slot;
            var trial = new Trial(computation, schedule, seed, Shares: random.Next(1, 4));
            using var runner = new KernelRunner(computation, schedule, target, KernelRunner.RandomInputs(computation, seed), over: added);
            // A kernel without a parallel loop runs whole in every share, which the runtime never asks for.
            Check.Same(trial, target, runner.Run(Math.Min(trial.Shares, runner.Kernel.ParallelExtent)));
        }
    }
}
