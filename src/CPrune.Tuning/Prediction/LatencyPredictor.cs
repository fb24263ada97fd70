using System.Collections.Immutable;
using System.Globalization;
using CPrune.Compiler.Tasks;
using CPrune.Tuning.Records;
using CPrune.Tuning.Search;

namespace CPrune.Tuning.Prediction;

/// <summary>A predictor, or the reason why there is none.</summary>
public abstract record PredictorResult
{
    private PredictorResult()
    {
    }

    public sealed record Learned(LatencyPredictor Predictor) : PredictorResult;

    /// <param name="Reason">A sentence without its end.</param>
    public sealed record TooFew(string Reason) : PredictorResult;
}

/// <summary>
/// Guesses what a task's fastest program takes without tuning it (RB-CPrune, IEEE TMC 2025), from what was measured of other workloads under the same conditions.
/// </summary>
public sealed class LatencyPredictor : IDisposable
{
    /// <summary>Fewer workloads say nothing about others.</summary>
    public const int FewestWorkloads = 8;

    /// <summary>A workload of which fewer programs were measured was not tuned: its best time says little.</summary>
    private const int FewestPrograms = 4;

    private const int Folds = 10;

    private readonly LatencyModel _model;

    private LatencyPredictor(LatencyModel model, PredictionError error) => (_model, Error) = (model, error);

    /// <summary>By cross-validation: every workload was predicted from others.</summary>
    public PredictionError Error { get; }

    /// <summary>The fastest programs at hand, of workloads that were tuned.</summary>
    public static ImmutableArray<KnownTime> KnownTimes(IRecordStore records, Conditions conditions) =>
        [.. records.Fastest(conditions, FewestPrograms).Select(r => new KnownTime(r.Workload, r.Latency!.Median))];

    /// <param name="lanes">Of the target's widest vector.</param>
    /// <param name="seed">Decides which workloads are left out together; the same seed and times give the same predictor.</param>
    public static PredictorResult Learn(IReadOnlyList<KnownTime> times, int lanes, int seed)
    {
        var samples = times
            .Select(t => (t.Workload, Summary: WorkloadSummary.TryRead(t.Workload), t.Seconds))
            .Where(s => s.Summary is not null)
            .Select(s => new LatencySample(s.Workload, s.Summary!, s.Seconds))
            .OrderBy(s => StableSeed.Of(seed, s.Key)).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        if (samples.Count < FewestWorkloads)
            return new PredictorResult.TooFew(string.Create(
                CultureInfo.InvariantCulture,
                $"times can be predicted from {FewestWorkloads} tuned workloads on, and the records of this target hold {samples.Count}; tune a model first"));

        var (analytic, corrected) = (CrossValidate(samples, false, lanes), samples.Count < LatencyModel.FewestForTrees ? null : CrossValidate(samples, true, lanes));
        // Trees correct the analytic sum where that makes the median error smaller.
        var hasTrees = corrected is not null && corrected.Median < analytic.Median;
        return new PredictorResult.Learned(new LatencyPredictor(LatencyModel.Train(samples, hasTrees, lanes), hasTrees ? corrected! : analytic));
    }

    /// <summary>Seconds of one call of the task's fastest program.</summary>
    public double Predict(TuningTask task) => _model.Seconds(
        WorkloadSummary.TryRead(task.Key) ?? throw new InvalidOperationException($"the key of {task.Label} does not say what its work is"));

    /// <summary>Seconds of a model: the sum over its kernels.</summary>
    public double Predict(ModelPlan plan) => plan.Tasks.Sum(t => t.Multiplicity * Predict(t));

    public void Dispose() => _model.Dispose();

    /// <summary>With at most as many workloads as folds each is left out alone.</summary>
    private static PredictionError CrossValidate(List<LatencySample> samples, bool withTrees, int lanes)
    {
        var errors = new List<double>();
        for (var fold = 0; fold < Math.Min(Folds, samples.Count); fold++)
        {
            using var model = LatencyModel.Train([.. samples.Where((_, i) => i % Folds != fold)], withTrees, lanes);
            errors.AddRange(samples.Where((_, i) => i % Folds == fold).Select(s => Math.Abs(model.Seconds(s.Workload) / s.Seconds - 1)));
        }

        return PredictionError.Of(errors);
    }
}
