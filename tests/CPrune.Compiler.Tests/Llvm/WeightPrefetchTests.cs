using System.Text.RegularExpressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Llvm;

public class WeightPrefetchTests
{
    private static readonly Target Target = TargetCatalog.Find("x86-64-v4", 1);

    [Fact]
    public void Each_vector_of_weights_asks_for_one_further_on_and_activations_do_not()
    {
        var conv = Samples.Conv(8, 8, 16, 32, new Window(3, PadBefore: 1, PadAfter: 1));
        const string tile = "split oc 2 16; split ow 4; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1";

        Assert.Equal(0, Prefetches(Text(tile)));
        Assert.Equal(2, Prefetches(Text($"{tile}; prefetch 4096")));
        Assert.Contains("i64 4096\n", Text($"{tile}; prefetch 4096"));

        string Text(string schedule) => KernelCompiler.Lower(conv, Schedule.Parse(schedule), Target) is KernelResult.Ok(var kernel)
            ? kernel.IrText
            : throw new InvalidOperationException("refused");
    }

    [Fact]
    public void Untuned_code_prefetches_weights_that_no_inner_cache_holds()
    {
        Assert.Equal(0, DefaultPrefetch(channels: 64));
        Assert.Equal(4096, DefaultPrefetch(channels: 512));

        static int DefaultPrefetch(int channels)
        {
            var conv = Samples.Conv(4, 4, channels, channels, new Window(3, PadBefore: 1, PadAfter: 1));
            return DefaultSchedule.For(conv, Target).Primitives.OfType<Primitive.Prefetch>().SingleOrDefault()?.Bytes ?? 0;
        }
    }

    private static int Prefetches(string text) => Regex.Count(text, @"call void @llvm\.prefetch");
}
