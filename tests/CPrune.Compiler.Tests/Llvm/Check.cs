using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Compares compiled code with the interpreter.</summary>
internal static class Check
{
    public static void Agrees(Computation computation, Schedule schedule, Target target, int seed, int shares = 1)
    {
        var inputs = KernelRunner.RandomInputs(computation, seed);
        var expected = new float[KernelRunner.Count(computation.Output)];
        Array.Fill(expected, float.NaN);
        ComputationInterpreter.Run(computation, inputs, expected);
        string Context() => $"seed {seed}, {target.Name}\n{computation.Key}\n{schedule}";
        float[] actual;
        try
        {
            using var runner = new KernelRunner(computation, schedule, target, inputs);
            actual = runner.Run(shares);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{Context()}", failure);
        }
        for (var i = 0; i < expected.Length; i++)
        {
            // Outside the computation's box nothing may be written: both are NaN there.
            if (expected[i].Equals(actual[i])) continue;
            if (Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i]))) continue;
            Assert.Fail($"element {i} is {actual[i]} and should be {expected[i]}\n{Context()}");
        }
    }
}
