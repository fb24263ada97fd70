using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Compares compiled code with the interpreter.</summary>
internal static class Check
{
    public static void Agrees(Computation computation, Schedule schedule, Target target, int seed, int shares = 1) =>
        Agrees(new Trial(computation, schedule, seed, shares), target);

    public static void Agrees(Trial trial, Target target)
    {
        float[] actual;
        try
        {
            using var runner = new KernelRunner(trial.Computation, trial.Schedule, target, KernelRunner.RandomInputs(trial.Computation, trial.Seed));
            actual = runner.Run(trial.Shares);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{trial.Text(target)}", failure);
        }

        Same(trial, target, actual);
    }

    /// <summary>Fails unless a kernel's output is the interpreter's.</summary>
    public static void Same(Trial trial, Target target, float[] actual)
    {
        var expected = new float[KernelRunner.Count(trial.Computation.Output)];
        Array.Fill(expected, float.NaN);
        ComputationInterpreter.Run(trial.Computation, KernelRunner.RandomInputs(trial.Computation, trial.Seed), expected);
        for (var i = 0; i < expected.Length; i++)
        {
            // Outside the computation's box nothing may be written: both are NaN there.
            if (expected[i].Equals(actual[i])) continue;
            if (Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i]))) continue;
            Assert.Fail($"element {i} is {actual[i]} and should be {expected[i]}\n{trial.Text(target)}");
        }
    }
}
