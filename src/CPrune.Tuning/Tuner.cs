using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;

namespace CPrune.Tuning;

/// <summary>
/// Tunes the tasks of a model: first every task's seeds, then batch after batch for the task that promises most, then a play-off among near-equal
/// winners. Every result goes into the records at once, so a killed tuning goes on where it was.
/// </summary>
public sealed class Tuner(IDevice device, IRecordStore records, TimeProvider time) : ITuner
{
    private readonly Lazy<RankerSource> _rankers = new(() =>
        new RankerSource(device.Target, records.Latest(Conditions.Of(device), RankerSource.MostSamples).Reverse()));

    /// <inheritdoc/>
    /// <exception cref="NoProgramRunsException">No program of some task runs on this machine.</exception>
    public async Task<TuningResult> TuneAsync(
        IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation)
    {
        var session = new TuningSession(device, records, time, _rankers, tasks, options, progress);
        await session.MeasureSeedsAsync(cancellation).ConfigureAwait(false);
        var completed = await session.SearchAsync(cancellation).ConfigureAwait(false);
        await session.PlayOffAsync(cancellation).ConfigureAwait(false);
        if (completed) session.NoteEffort();
        return session.Result();
    }
}
