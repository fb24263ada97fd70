using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>What a run reported, in order.</summary>
internal sealed class Events : IProgress<RunEvent>
{
    public List<RunEvent> All { get; } = [];

    public void Report(RunEvent value) => All.Add(value);
}
