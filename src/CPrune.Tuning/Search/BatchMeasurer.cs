using CPrune.Devices;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>Measures a batch and files every outcome, failures included, before anyone acts on it.</summary>
internal sealed class BatchMeasurer(IDevice device, IRecordStore records, TimeProvider time)
{
    private static readonly TimeSpan CandidateLimit = TimeSpan.FromSeconds(10);

    /// <summary>A candidate so many times slower than the best is not worth exact timing.</summary>
    private const double HopelessFactor = 3;

    public async Task<IReadOnlyList<TuningRecord>> MeasureAsync(TaskState task, IReadOnlyList<Candidate> batch, CancellationToken cancellation)
    {
        var best = task.BestSeconds;
        var options = new MeasureOptions(double.IsFinite(best) ? best * HopelessFactor : null, CandidateLimit);
        var measurements = await device.MeasureKernelsAsync(
            task.Computation, [.. batch.Select(c => c.Nest.Schedule)], options, cancellation).ConfigureAwait(false);
        TuningRecord[] results = [.. batch.Zip(measurements, (candidate, measurement) => Record(task, candidate, measurement))];
        records.Add(results);
        return results;
    }

    private TuningRecord Record(TaskState task, Candidate candidate, Measurement measurement)
    {
        var (timed, failed) = (measurement as Measurement.Ok, measurement as Measurement.Failed);
        return new TuningRecord(
            task.Conditions, task.Key, candidate.Nest.Schedule.ToString(), timed?.Latency,
            failed is null ? null : $"{failed.Kind}: {failed.Reason}", time.GetUtcNow())
        {
            Shape = task.Shape,
            Features = candidate.Features,
            ControlSeconds = timed?.ControlSeconds,
        };
    }
}
