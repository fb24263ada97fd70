using CPrune.Compiler.Tasks;
using CPrune.Pruning.Runs;
using CPrune.Tuning;

namespace CPrune.Pruning.Staircases;

/// <summary>
/// Times of measured programs. Kernels of the accepted model are known; of others its own programs are replayed, with a few trials around them. The tuner files
/// every measurement, so that asking again costs nothing, and a candidate with these kernels begins where this ended.
/// </summary>
/// <param name="trialsPerKernel">Programs to measure for a kernel that no earlier tuning has spent as much on.</param>
public sealed class MeasuredKernels(TunedModel accepted, ITuner tuner, int trialsPerKernel, int seed) : IKernelTimes
{
    private readonly Dictionary<string, double> _known = accepted.Programs.ToDictionary(p => p.TaskKey, p => p.Latency.Median, StringComparer.Ordinal);

    public async Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation)
    {
        var fresh = tasks.Where(t => !_known.ContainsKey(t.Key)).DistinctBy(t => t.Key).ToList();
        var trials = 0;
        if (fresh.Count > 0)
        {
            var options = new TuningOptions(trialsPerKernel * fresh.Count, null, seed, accepted.ProgramsFor(fresh));
            var result = await tuner.TuneAsync(fresh, options, null, cancellation).ConfigureAwait(false);
            foreach (var tuned in result.Tasks) _known[tuned.Task.Key] = tuned.Latency.Median;
            trials = result.Trials;
        }

        return new KernelTimes(tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => _known[t.Key], StringComparer.Ordinal), trials);
    }
}
