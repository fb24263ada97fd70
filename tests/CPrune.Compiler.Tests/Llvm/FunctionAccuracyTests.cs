using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Llvm;

public class FunctionAccuracyTests
{
    [Theory]
    [MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void Exp_is_good_to_a_millionth(string name)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [1, 1, 4001]);
        var exp = Samples.Elementwise(1, 1, 4001, [input],
            new Expr.Unary(UnaryOp.Exp, new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")])));
        var target = Runnable.Target(name);
        var arguments = Enumerable.Range(0, 4001).Select(i => (i - 2000) * 0.0436f).ToArray();
        using var runner = new KernelRunner(exp, DefaultSchedule.For(exp, target), target, [arguments]);
        var values = runner.Run();
        for (var i = 0; i < values.Length; i++)
        {
            var expected = Math.Exp(arguments[i]);
            Assert.True(Math.Abs(values[i] - expected) <= 1e-6 * expected, $"exp({arguments[i]:R}) is {values[i]:R} and should be {expected:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void Log_is_good_to_a_millionth(string name)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [1, 1, 4001]);
        var log = Samples.Elementwise(1, 1, 4001, [input],
            new Expr.Unary(UnaryOp.Log, new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")]))) with
        {
            Epilogue = new Expr.Accumulator(),
        };
        var target = Runnable.Target(name);
        var arguments = Enumerable.Range(0, 4001).Select(i => MathF.Exp((i - 2000) * 0.0436f)).ToArray();
        using var runner = new KernelRunner(log, DefaultSchedule.For(log, target), target, [arguments]);
        var values = runner.Run();
        for (var i = 0; i < values.Length; i++)
        {
            var expected = Math.Log(arguments[i]);
            Assert.True(Math.Abs(values[i] - expected) <= 1e-6 * Math.Max(Math.Abs(expected), 1e-2), $"log({arguments[i]:R}) is {values[i]:R} and should be {expected:R}");
        }
    }

    [Fact]
    public void Beyond_the_range_of_normal_numbers_exp_stays_finite()
    {
        var sigmoid = Samples.Sigmoid(1, 1, 4);
        var target = TargetCatalog.Find("host", 1);
        using var runner = new KernelRunner(sigmoid, DefaultSchedule.For(sigmoid, target), target, [[-1000, -90, 90, 1000]]);
        Assert.Equal([0f, 0f, 1f, 1f], runner.Run().Select(v => MathF.Round(v, 6)));
    }
}
