using CPrune.Compiler.Tasks;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Staircases;

/// <summary>Times that are guessed from what was measured before: no program is built for them.</summary>
public sealed class PredictedKernels(LatencyPredictor predictor) : IKernelTimes
{
    public Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation) =>
        Task.FromResult(new KernelTimes(tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, predictor.Predict, StringComparer.Ordinal), 0));
}
