using CPrune.Devices;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Staircases;
using CPrune.Tuning;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Policies;

/// <summary>Where a policy may have times of kernels from that the accepted model does not have.</summary>
/// <param name="knownTimes">What was measured of other workloads by the time it was first asked for.</param>
/// <param name="memory">Of staircases that were measured.</param>
/// <param name="progress">Told how far the staircases are.</param>
public sealed class KernelSources(
    IDevice device, ITuner tuner, Func<IReadOnlyList<KnownTime>> knownTimes, IStaircaseMemory memory, int seed, IProgress<StaircaseProgress> progress)
{
    public IStaircaseMemory Memory => memory;

    public IProgress<StaircaseProgress> Progress => progress;

    public int Seed => seed;

    /// <param name="trialsPerKernel">Programs to measure for a kernel that is not known.</param>
    public IKernelTimes Measured(TunedModel accepted, int trialsPerKernel) => new MeasuredKernels(accepted, tuner, trialsPerKernel, seed);

    public PredictorResult Predictor() => LatencyPredictor.Learn(knownTimes(), device.Target.MaxLanes, seed);
}
