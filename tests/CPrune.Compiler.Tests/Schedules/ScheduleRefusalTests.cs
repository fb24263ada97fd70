using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Schedules;

/// <summary>Each illegality has its own exact reason.</summary>
public class ScheduleRefusalTests
{
    private static readonly Computation Conv = Samples.Conv(8, 8, 16, 32, new Window(3, PadBefore: 1, PadAfter: 1));

    [Theory]
    [InlineData("split c 4", "there is no axis c to split")]
    [InlineData("split oc 4; split oc 8", "axis oc is split twice")]
    [InlineData("order oc oh ow ic kh", "the order lacks kw")]
    [InlineData("order oc oh ow ic kh kw kw", "the order has kw 2 times")]
    [InlineData("order oc oh ow ic kh kw c", "there is no loop c to order")]
    [InlineData("order oc oh ow ic kh kw; order oc oh ow ic kw kh", "the loops are ordered twice")]
    [InlineData("vectorize oc.1", "there is no loop oc.1")]
    [InlineData("split oc 16; vectorize oc.1; vectorize oc.0", "both oc.1 and oc.0 are vectorised")]
    [InlineData("split oc 16; vectorize oc.0; order oh ow oc.1 ic kh kw oc.0", "oc.0 is not the innermost factor of a split and cannot be vectorised")]
    [InlineData("split ow 4; vectorize ow.1", "ow.1 cannot be vectorised: vectors run along oc or a reduction")]
    [InlineData("split oc 6; vectorize oc.1", "6 lanes are not one of 4, 8, 16")]
    [InlineData("split oc 16; vectorize oc.1", "16 lanes exceed the target's 8")]
    [InlineData("split oc 8; vectorize oc.1; registers oc.1", "oc.1 cannot be both vectorised and in the register tile")]
    [InlineData("registers ic", "ic is a reduction loop and cannot be in the register tile")]
    [InlineData("split ow 4; registers ow.0", "ow.0 has no fixed extent and cannot be in the register tile")]
    [InlineData("split ow 4; registers ow.1 ow.1", "a loop is in the register tile twice")]
    [InlineData("split ow 4; registers ow.1; registers oh", "there are two register tiles")]
    [InlineData("split oc 2 2 8; vectorize oc.3; registers oc.1 oc.2", "both oc.1 and oc.2 are in the register tile of the vectorised axis")]
    [InlineData("split oc 2 2 8; vectorize oc.3; registers oc.1", "oc.1 is in the register tile but is not next to the lanes oc.3")]
    [InlineData("split kw 4; vectorize kw.1; order oc oh ow kh kw.0 ic kw.1", "no factor of the term is an activation contiguous along kw")]
    [InlineData("split ic 8; split oc 2 4; vectorize ic.1; registers oc.1", "oc.1 is in the register tile but is not innermost")]
    [InlineData("split ic 4; split oc 5; vectorize ic.1; registers oc.1", "oc.1 has more than the 4 lanes that its sums go into")]
    [InlineData("unroll oh", "oh is no reduction loop and cannot be unrolled")]
    [InlineData("unroll kh; unroll kh", "kh is unrolled twice")]
    [InlineData("order oc oh ow kh kw ic; parallel oh", "the parallel loop oh is not outermost")]
    [InlineData("order oc oh kh ow kw ic", "the spatial loop ow stands inside the reduction loop kh")]
    [InlineData("split ow 4; registers ow.1; order oc oh ow.0 ow.1 kh kw ic", "the reduction loop kh stands inside the register loop ow.1")]
    [InlineData("split ic 4; order oc oh ow kh kw ic.1 ic.0", "ic.0 stands inside a finer loop of ic")]
    [InlineData("registers oh ow", "64 accumulators exceed 2 times the 16 vector registers")]
    [InlineData("split ow 4; split oh 8; registers ow.1 oh.1; unroll ic; unroll kh; unroll kw", "4608 unrolled updates exceed 1024")]
    [InlineData("prefetch 1024; prefetch 2048", "there are two prefetch distances")]
    [InlineData("prefetch 100000", "100000 bytes are no distance to prefetch at")]
    public void An_illegal_schedule_is_refused_with_its_reason(string text, string reason)
    {
        var result = ScheduledNest.Apply(Conv, Schedule.Parse(text), TargetCatalog.Find("x86-64-v3", 1));
        Assert.Equal(new ScheduleResult.Refused(reason), result);
    }

    [Theory]
    [InlineData("registers y", "x takes other coefficients at every point and must be whole in the register tile")]
    [InlineData("split y 2; registers y.1 x", "y takes other coefficients at every point and must be whole in the register tile")]
    [InlineData("split y1 2", "there is no axis y1 to split")]
    [InlineData("registers y x y1", "there is no loop y1")]
    public void Points_stay_whole_in_the_register_tile(string text, string reason) => Assert.Equal(
        new ScheduleResult.Refused(reason),
        ScheduledNest.Apply(TileSamples.In(8, 8, 16, 2, 1), Schedule.Parse(text), TargetCatalog.Find("x86-64-v3", 1)));

    [Fact]
    public void Points_without_a_reduction_need_no_accumulators() => Assert.IsType<ScheduleResult.Ok>(ScheduledNest.Apply(
        TileSamples.In(8, 8, 16, 5, 1), Schedule.Parse("registers y x"), TargetCatalog.Find("x86-64-v3", 1)));

    [Fact]
    public void Only_sums_are_made_of_partial_sums() => Assert.Equal(
        new ScheduleResult.Refused("lanes along kw are partial sums, and the reduction is no sum"),
        ScheduledNest.Apply(
            Samples.Pool(8, 8, 16, new Window(2), max: true), Schedule.Parse("split kw 4; vectorize kw.1; order oh ow c kh kw.0 kw.1"), TargetCatalog.Find("x86-64-v3", 1)));

    [Fact]
    public void Vectors_need_contiguous_inputs()
    {
        var input = new BufferSpec("x", BufferRole.Activation, [3, 4, 5]);
        var transposed = Samples.Elementwise(3, 5, 4, [input], new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("c"), AffineIndex.Of("ow")]));
        var target = TargetCatalog.Find("x86-64-v3", 1);
        Assert.Equal(
            new ScheduleResult.Refused("x is not contiguous along c"),
            ScheduledNest.Apply(transposed, Schedule.Parse("split c 4; vectorize c.1"), target));
        Llvm.Check.Agrees(transposed, DefaultSchedule.For(transposed, target), target, seed: 1);
    }
}
