namespace CPrune.Tuning.Prediction;

/// <summary>How far predictions of workloads were off that the predictor had not seen: shares of the measured time.</summary>
/// <param name="Median">Of the relative errors.</param>
/// <param name="Ninetieth">Nine in ten are at most this.</param>
/// <param name="Workloads">How many there are.</param>
public sealed record PredictionError(double Median, double Ninetieth, int Workloads)
{
    internal static PredictionError Of(IEnumerable<double> relativeErrors)
    {
        var sorted = relativeErrors.Order().ToList();
        return new PredictionError(At(0.5), At(0.9), sorted.Count);

        // The smallest value that at least this share does not exceed.
        double At(double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}
