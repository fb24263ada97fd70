using CPrune.Worker.Kernels;

namespace CPrune.Tuning.Tests.Devices;

public class OutputCheckTests
{
    [Fact]
    public void Small_differences_pass() => Assert.Null(OutputCheck.Compare([1.00005f, -2f], [1f, -2f], 1e-4));

    [Fact]
    public void The_largest_difference_is_named() =>
        Assert.Equal("element 1 is -1 instead of -2: max error 5e-1 of the largest magnitude 2", OutputCheck.Compare([1f, -1f], [1.01f, -2f], 1e-4));

    [Fact]
    public void An_element_that_was_not_written_fails() => Assert.Equal("element 0 is NaN instead of 1", OutputCheck.Compare([float.NaN], [1f], 1e-4));

    [Fact]
    public void An_element_that_must_be_left_alone_passes_only_untouched()
    {
        Assert.Null(OutputCheck.Compare([float.NaN], [float.NaN], 1e-4));
        Assert.NotNull(OutputCheck.Compare([0f], [float.NaN], 1e-4));
    }

    [Fact]
    public void Equal_infinities_pass_and_others_fail()
    {
        Assert.Null(OutputCheck.Compare([float.NegativeInfinity, 1], [float.NegativeInfinity, 1], 1e-4));
        Assert.NotNull(OutputCheck.Compare([float.PositiveInfinity, 1], [float.NegativeInfinity, 1], 1e-4));
        Assert.NotNull(OutputCheck.Compare([float.PositiveInfinity], [1], 1e-4));
    }
}
