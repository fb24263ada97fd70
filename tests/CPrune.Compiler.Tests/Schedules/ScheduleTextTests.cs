using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Schedules;

public class ScheduleTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("split oc 2 16; split ow 4; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1; unroll kw; parallel oc.0; prefetch 4096")]
    public void Text_reads_back_to_the_same_text(string text) => Assert.Equal(text, Schedule.Parse(text).ToString());

    [Fact]
    public void Equal_text_is_an_equal_schedule() => Assert.Equal(Schedule.Parse("split oc 16"), Schedule.Parse(" split  oc 16 "));

    [Theory]
    [InlineData("split oc 16; tile 4", "schedule, part 2: 'tile 4' is no primitive")]
    [InlineData("split oc 0", "schedule, part 1: '0' is no positive factor")]
    [InlineData("split oc", "schedule, part 1: 'split oc' is no primitive")]
    [InlineData("split oc 16;", "schedule, part 2: '' is no primitive")]
    public void What_is_no_schedule_is_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message);

    [Theory]
    [InlineData("x86-64-v2")]
    [InlineData("x86-64-v3")]
    [InlineData("x86-64-v4")]
    [InlineData("aarch64")]
    public void Default_schedules_are_legal_and_read_back(string name)
    {
        foreach (var computation in SampleSet.All)
        {
            var target = TargetCatalog.Find(name, 2);
            var schedule = DefaultSchedule.For(computation, target);
            Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
            var result = ScheduledNest.Apply(computation, schedule, target);
            Assert.True(result is ScheduleResult.Ok, $"{computation.Key}\n{schedule}\n{result}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_is_moved_one_by_one_is_scheduled_at_any_number_of_pixels(int pixels)
    {
        var from = new BufferSpec("x", BufferRole.Activation, [1, pixels, 40]);
        var computation = new Computation
        {
            Axes = [new Axis("c", 20, AxisKind.Spatial), new Axis("oh", 1, AxisKind.Spatial), new Axis("ow", pixels, AxisKind.Spatial)],
            Inputs = [from],
            Output = new BufferSpec("y", BufferRole.Output, [1, pixels, 20]),
            OutputIndices = [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")],
            Reducer = Reducer.None,
            Term = new Expr.Read(from, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c", 2)]),
            Epilogue = new Expr.Accumulator(),
            LaneAxis = "c",
        };
        var target = TargetCatalog.Find("x86-64-v3", 2);
        Assert.IsType<ScheduleResult.Ok>(ScheduledNest.Apply(computation, DefaultSchedule.For(computation, target), target));
    }
}
