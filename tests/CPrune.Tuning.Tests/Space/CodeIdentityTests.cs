using System.Text.RegularExpressions;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Tuning.Space;
using CsCheck;

namespace CPrune.Tuning.Tests.Space;

/// <summary>One identity, one generated code: no program is passed over for another, and hardly one is measured twice.</summary>
public partial class CodeIdentityTests
{
    private static readonly Target[] SomeTargets = [Targets.Wide(), Targets.Wide(2), Targets.Narrow()];

    private static readonly Gen<(Computation Computation, Target Target, int Seed)> Cases = Gen.Select(
        Gen.Int[0, SampleSet.All.Count - 1], Gen.Int[0, SomeTargets.Length - 1], Gen.Int[0, 1 << 20],
        (sample, target, seed) => (SampleSet.All[sample], SomeTargets[target], seed));

    [Fact]
    public void Programs_of_one_identity_have_one_code_and_programs_of_one_code_one_identity()
    {
        var (equal, twice, all) = (0, 0, 0);
        Cases.Sample((computation, target, seed) =>
        {
            var programs = Programs(new Sketch(computation, target), seed);
            for (var i = 0; i < programs.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    var ((identity, code), (otherIdentity, otherCode)) = (programs[i], programs[j]);
                    Assert.True(identity != otherIdentity || code == otherCode, $"{computation.Key}\n{identity}\n{otherIdentity}");
                    Interlocked.Increment(ref all);
                    if (code != otherCode) continue;
                    Interlocked.Increment(ref equal);
                    if (identity != otherIdentity) Interlocked.Increment(ref twice);
                }
            }
        }, iter: 40);
        // A loop of two turns whose last one is not whole is written out, as if it had been asked for: that it comes to the same shows only in the code.
        Assert.True(twice <= equal / 50, $"{twice} of {equal} pairs of equal code have different identities");
        Assert.True(equal > all / 100 && equal < all / 2, $"{equal} of {all} pairs had equal code: the test has nothing to tell apart");
    }

    /// <summary>The whole rows of a packed weight take their place from the loop that turns, not from one of a single turn outside of it.</summary>
    [Fact]
    public void A_loop_of_one_turn_changes_neither_code_nor_identity()
    {
        var sketch = new Sketch(TileSamples.Out(7, 9, 37, 2, 40, residual: true), Targets.Wide());
        var programs = new[] { "c.0 oh.0", "oh.0 c.0" }
            .Select(order => sketch.Apply(Schedule.Parse($"split c 8; split oh 4; order ow {order} oh.1 y x c.1; vectorize c.1; registers oh.1 y x"))!).ToList();

        Assert.Equal(Code(programs[0], sketch.Target), Code(programs[1], sketch.Target));
        Assert.Equal(CodeIdentity.Of(programs[0], sketch.Target), CodeIdentity.Of(programs[1], sketch.Target));
    }

    /// <summary>Random programs and small changes of them, which often come to the same.</summary>
    private static List<(string Identity, string Code)> Programs(Sketch sketch, int seed)
    {
        var random = new Random(seed);
        var sampler = new Sampler(sketch, random);
        var variation = new Variation(sketch, sampler, random);
        return
        [
            .. Enumerable.Range(0, 8).Select(_ => sampler.Draw())
                .SelectMany(d => (Decisions[])[d, variation.Mutate(d), variation.Mutate(d)])
                .Select(sketch.Apply).OfType<ScheduledNest>()
                .Select(nest => (CodeIdentity.Of(nest, sketch.Target), Code(nest, sketch.Target))),
        ];
    }

    /// <summary>The text for LLVM without the symbol, which is made from the schedule's text, and with its values numbered, because they are called after loops.</summary>
    private static string Code(ScheduledNest nest, Target target)
    {
        // Sharing out a loop of one turn changes two bounds in the text, and nothing that is done.
        var primitives = nest.Loops.Any(l => l is { Role: LoopRole.Parallel, Extent: 1 })
            ? nest.Schedule.Primitives.Where(p => p is not Primitive.Parallel)
            : nest.Schedule.Primitives;
        var kernel = Assert.IsType<KernelResult.Ok>(KernelCompiler.Lower(nest.Computation, new Schedule([.. primitives]), target)).Kernel;
        var numbers = new Dictionary<string, int>();
        return Value().Replace(
            kernel.IrText.Replace(kernel.Symbol, "kernel", StringComparison.Ordinal),
            name => numbers.TryGetValue(name.Value, out var number) ? $"%{number}" : $"%{numbers[name.Value] = numbers.Count}");
    }

    [GeneratedRegex(@"%[\w.]+")]
    private static partial Regex Value();
}
