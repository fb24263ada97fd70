using CPrune.Devices;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>
/// Measures a batch and files every outcome, failures included, before anyone acts on it. What was measured while the machine was not as usual is measured again
/// a few times; where the machine stays so, the measurement beside which it was most as usual is filed, with its control kernel's time.
/// </summary>
internal sealed class BatchMeasurer(IDevice device, IRecordStore records, TimeProvider time)
{
    private static readonly TimeSpan CandidateLimit = TimeSpan.FromSeconds(10);

    /// <summary>A candidate so many times slower than the best is not worth exact timing.</summary>
    private const double HopelessFactor = 3;

    private const int MostRepeats = 2;

    private readonly DriftWatch _drift = new();

    public async Task<IReadOnlyList<TuningRecord>> MeasureAsync(TaskState task, IReadOnlyList<Candidate> batch, CancellationToken cancellation)
    {
        var measurements = (await MeasureOnceAsync(task, batch, cancellation).ConfigureAwait(false)).ToArray();
        for (var repeat = 0; repeat < MostRepeats; repeat++)
        {
            int[] drifted = [.. Enumerable.Range(0, batch.Count).Where(i => measurements[i] is Measurement.Ok ok && _drift.HasDrifted(ok.ControlSeconds))];
            if (drifted.Length == 0) break;
            var again = await MeasureOnceAsync(task, [.. drifted.Select(i => batch[i])], cancellation).ConfigureAwait(false);
            foreach (var (i, measurement) in drifted.Zip(again)) measurements[i] = MoreUsual(measurements[i], measurement);
        }

        TuningRecord[] results = [.. batch.Zip(measurements, (candidate, measurement) => Record(task, candidate, measurement))];
        records.Add(results);
        return results;
    }

    private async Task<IReadOnlyList<Measurement>> MeasureOnceAsync(TaskState task, IReadOnlyList<Candidate> batch, CancellationToken cancellation)
    {
        var best = task.BestSeconds;
        var options = new MeasureOptions(double.IsFinite(best) ? best * HopelessFactor : null, CandidateLimit);
        var measurements = await device.MeasureKernelsAsync(
            task.Computation, [.. batch.Select(c => c.Nest.Schedule)], options, cancellation).ConfigureAwait(false);
        foreach (var timed in measurements.OfType<Measurement.Ok>()) _drift.Note(timed.ControlSeconds);
        return measurements;
    }

    /// <summary>Only what ran is measured again; where it then fails, it is not to be trusted.</summary>
    private Measurement MoreUsual(Measurement first, Measurement second) =>
        (first, second) is (Measurement.Ok a, Measurement.Ok b)
            ? _drift.Departure(b.ControlSeconds) < _drift.Departure(a.ControlSeconds) ? b : a
            : second;

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
