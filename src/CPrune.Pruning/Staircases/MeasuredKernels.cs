using CPrune.Compiler.Tasks;
using CPrune.Pruning.Runs;
using CPrune.Tuning;

namespace CPrune.Pruning.Staircases;

/// <summary>
/// Times of measured programs. Kernels of the accepted model are known; of others its own programs are replayed, with a few trials around them. The tuner files
/// every measurement, so that asking again costs nothing, and a candidate with these kernels begins where this ended. A kernel without a program that runs is said to be as slow as the slowest there is, so
/// that nothing is gained by it.
/// </summary>
/// <param name="trialsPerKernel">Programs to measure for a kernel that no earlier tuning has spent as much on.</param>
public sealed class MeasuredKernels(TunedModel accepted, ITuner tuner, int trialsPerKernel, int seed) : IKernelTimes
{
    private readonly Dictionary<string, double> _known = accepted.Programs.ToDictionary(p => p.TaskKey, p => p.Latency.Median, StringComparer.Ordinal);
    private readonly double _slowest = accepted.Programs.Max(p => p.Latency.Median);

    public async Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation)
    {
        var fresh = tasks.Where(t => !_known.ContainsKey(t.Key)).DistinctBy(t => t.Key).ToList();
        var trials = 0;
        if (fresh.Count > 0)
        {
            try
            {
                trials = await MeasureAsync(fresh, cancellation).ConfigureAwait(false);
            }
            catch (NoProgramRunsException)
            {
                foreach (var task in fresh) trials += await MeasureOrAvoidAsync(task, cancellation).ConfigureAwait(false);
            }
        }

        return new KernelTimes(tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => _known[t.Key], StringComparer.Ordinal), trials);
    }

    /// <returns>Programs measured.</returns>
    private async Task<int> MeasureAsync(List<TuningTask> tasks, CancellationToken cancellation)
    {
        var options = new TuningOptions(trialsPerKernel * tasks.Count, null, seed, accepted.ProgramsFor(tasks));
        var result = await tuner.TuneAsync(tasks, options, null, cancellation).ConfigureAwait(false);
        foreach (var tuned in result.Tasks) _known[tuned.Task.Key] = tuned.Latency.Median;
        return result.Trials;
    }

    private async Task<int> MeasureOrAvoidAsync(TuningTask task, CancellationToken cancellation)
    {
        try
        {
            return await MeasureAsync([task], cancellation).ConfigureAwait(false);
        }
        catch (NoProgramRunsException)
        {
            _known[task.Key] = _slowest;
            return 0;
        }
    }
}
