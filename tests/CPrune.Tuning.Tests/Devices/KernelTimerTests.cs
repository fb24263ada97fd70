using CPrune.Devices.Host.Protocol;
using CPrune.Worker.Kernels;

namespace CPrune.Tuning.Tests.Devices;

public class KernelTimerTests
{
    /// <summary>The machine becomes slower while the kernel is timed, and one look at the control kernel is preempted.</summary>
    [Fact]
    public void The_control_kernel_is_timed_before_and_after()
    {
        var time = new ManualTime();
        Queue<double> controls = new([1e-4, 9e-3, 1e-4, 1.2e-4, 1.2e-4, 1.2e-4]);
        var timed = new KernelTimer(time, _ => time.Advance(controls.Dequeue())).Measure(
            times => time.Advance(1e-3 * times), new TimingPlan(100e-6, 0.01, 0.05), giveUpAbove: null);
        Assert.Equal(1e-3, timed.Latency.Median, 1e-9);
        Assert.Equal(1.2e-4, timed.ControlSeconds, 1e-9);
        Assert.Empty(controls);
    }
}
