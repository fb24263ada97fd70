using CPrune.Devices;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Staircases;
using CPrune.Tuning;
using CPrune.Tuning.Prediction;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Policies;

/// <summary>Where a policy may have times of kernels from that the accepted model does not have.</summary>
/// <param name="records">Of earlier tuning; what the run tunes itself is among them.</param>
/// <param name="progress">Told how far the staircases are.</param>
public sealed class KernelSources(IDevice device, ITuner tuner, IRecordStore records, int seed, IProgress<StaircaseProgress> progress)
{
    public IProgress<StaircaseProgress> Progress => progress;

    public int Seed => seed;

    /// <param name="trialsPerKernel">Programs to measure for a kernel that is not known.</param>
    public IKernelTimes Measured(TunedModel accepted, int trialsPerKernel) => new MeasuredKernels(accepted, tuner, trialsPerKernel, seed);

    /// <summary>Learns from the records as they are now.</summary>
    public PredictorResult Predictor() => LatencyPredictor.Learn(records, Conditions.Of(device), device.Target.MaxLanes, seed);
}
