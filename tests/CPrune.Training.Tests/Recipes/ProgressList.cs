using CPrune.Training.Recipes;

namespace CPrune.Training.Tests.Recipes;

/// <summary>Progress, kept in order (<see cref="Progress{T}"/> would hand it to other threads).</summary>
internal sealed class ProgressList(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Reports { get; } = [];

    public void Report(TrainingProgress value)
    {
        Reports.Add(value);
        then?.Invoke(value);
    }
}
