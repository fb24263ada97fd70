using CPrune.Compiler.Tasks;

namespace CPrune.Pruning.Staircases;

/// <param name="Seconds">Of one call of a task's program, by <see cref="TuningTask.Key"/>; every task that was asked for is there.</param>
/// <param name="Trials">Programs measured to know it.</param>
public sealed record KernelTimes(IReadOnlyDictionary<string, double> Seconds, int Trials);

/// <summary>How long kernels take, measured or predicted.</summary>
public interface IKernelTimes
{
    Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation);
}
