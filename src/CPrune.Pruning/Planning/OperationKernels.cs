using CPrune.Compiler.Tasks;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Planning;

/// <summary>Takes a kernel's multiply-accumulates for its time, in nanoseconds: nothing is built or measured.</summary>
public sealed class OperationKernels : IKernelTimes
{
    private const double SecondsPerOperation = 1e-9;

    public Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation) => Task.FromResult(new KernelTimes(
        tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => t.Subgraphs[0].Macs * SecondsPerOperation, StringComparer.Ordinal), 0));
}
