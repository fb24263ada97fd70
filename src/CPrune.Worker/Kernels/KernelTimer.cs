using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Statistics;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Kernels;

/// <summary>Times a kernel between two looks at the control kernel.</summary>
internal sealed class KernelTimer(TimeProvider clock, Action<int> control)
{
    /// <summary>Before and after each; a median of six survives two that were preempted.</summary>
    private const int ControlSamples = 3;

    private readonly Sampler _sampler = new(clock);

    /// <param name="prepare">Done before each sample, untimed; null for nothing.</param>
    public Reply.KernelTimed Measure(Action<int> run, TimingPlan plan, double? giveUpAbove, Action? prepare = null)
    {
        var controls = new List<double>(2 * ControlSamples);
        Look();
        var latency = _sampler.Measure(run, plan, giveUpAbove, prepare);
        Look();
        return new Reply.KernelTimed(latency, MedianInterval.Median(controls));

        void Look()
        {
            for (var sample = 0; sample < ControlSamples; sample++) controls.Add(_sampler.Sample(control, 1));
        }
    }
}
