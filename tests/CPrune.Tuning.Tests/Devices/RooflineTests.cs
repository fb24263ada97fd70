using CPrune.Compiler.Llvm;
using CPrune.Compiler.Roofline;
using CPrune.Compiler.Targets;
using CPrune.Devices;
using CPrune.Devices.Host;

namespace CPrune.Tuning.Tests.Devices;

public class RooflineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_machine_is_measured()
    {
        await using var device = new HostDevice(Targets.Host(), TimeProvider.System, buildWorkers: 1);
        var roof = await device.MeasureRooflineAsync(Stop);
        Assert.Equal(1, roof.Threads);
        Assert.InRange(roof.FlopsPerSecond, 1e9, 1e13);
        Assert.Equal("memory", roof.Reads[^1].Place);
        Assert.All(roof.Reads, read => Assert.InRange(read.BytesPerSecond, 1e8, 1e14));
    }

    [Fact]
    public async Task Threads_are_measured_together()
    {
        await using var device = new HostDevice(Targets.Host(threads: 2), TimeProvider.System, buildWorkers: 1);
        var roof = await device.MeasureRooflineAsync(Stop);
        Assert.Equal(2, roof.Threads);
        Assert.InRange(roof.FlopsPerSecond, 1e9, 1e13);
    }

    [Theory]
    [InlineData(4.0e9, 0, 0.04)]
    [InlineData(4.0e9, 1.0e9, 0.1)]
    public void The_roof_is_the_slower_of_arithmetic_and_memory(double flops, double bytes, double seconds) =>
        Assert.Equal(seconds, new MachineRoofline(1, 1e11, [new ReadRate("L1", 1, 1e12), new ReadRate("memory", 2, 1e10)], 1).Seconds(flops, bytes), 6);

    /// <summary>One turn of the peak kernel keeps all its chains, each a single instruction on a machine that has one.</summary>
    [Theory]
    [InlineData("x86-64-v2", 12, 4)]
    [InlineData("x86-64-v3", 12, 8)]
    [InlineData("x86-64-v4", 28, 16)]
    public void The_peak_is_counted_as_what_the_kernel_does(string name, int chains, int lanes)
    {
        var target = TargetCatalog.Find(name, 1);
        var kernel = PeakKernel.Of(target);
        Assert.Equal(2.0 * chains * lanes, kernel.Work / kernel.Turns);
        Assert.Equal(chains, kernel.IrText.Split('\n').Count(l => l.Contains("%more", StringComparison.Ordinal) && l.Contains(" = ", StringComparison.Ordinal) && !l.Contains("phi", StringComparison.Ordinal)));
        Assert.NotEmpty(ObjectCompiler.Compile(kernel.IrText, target));
    }

    [Theory]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData((1 << 20) + 1, 1 << 20)]
    [InlineData((2 << 20) - 1, 1 << 20)]
    [InlineData(1, 512)]
    public void A_read_buffer_is_a_power_of_two(long asked, long bytes)
    {
        var kernel = ReadKernel.Of(Targets.Wide(), asked);
        Assert.Equal(bytes, 4L * kernel.BufferLength);
        Assert.Equal(0, kernel.Work % bytes);
        Assert.NotEmpty(ObjectCompiler.Compile(kernel.IrText, Targets.Wide()));
    }
}
