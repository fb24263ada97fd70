namespace CPrune.Pruning.Runs;

/// <summary>A learning rate that was tried on the rehearsed cut.</summary>
public sealed record TriedRate(double LearningRate, double SelectionTop1);

/// <summary>
/// Climbs from one learning rate to the next while that brings accuracy back better. What rate suits a short training depends on how the model was trained, because
/// behind batch norm it is the rate over the weights' size that counts (van Laarhoven, "L2 Regularization versus Batch and Weight Normalization", 2017): two ResNets
/// pretrained on the same images by others can want quite different ones.
/// </summary>
public static class RateSearch
{
    /// <summary>Where the search begins.</summary>
    public const double First = 1e-3;

    public const double Factor = 3;

    private const int MostSteps = 3;

    /// <param name="first">The first rate's accuracy is known already.</param>
    /// <param name="top1">Accuracy on the selection split after a training at a rate; 0 where it diverged.</param>
    /// <returns>All that was tried, the best first.</returns>
    public static IReadOnlyList<TriedRate> Climb(TriedRate first, Func<double, double> top1)
    {
        List<TriedRate> tried = [first];
        foreach (var factor in (double[])[Factor, 1 / Factor])
        {
            var best = first;
            for (var step = 0; step < MostSteps; step++)
            {
                var next = Try(best.LearningRate * factor);
                // Where all diverged so far, lower rates are what is left.
                if (next.SelectionTop1 <= best.SelectionTop1 && (best.SelectionTop1 > 0 || factor > 1)) break;
                best = next;
            }

            if (best != first) break;
        }

        return [.. tried.OrderByDescending(t => t.SelectionTop1)];

        TriedRate Try(double rate)
        {
            tried.Add(new TriedRate(rate, top1(rate)));
            return tried[^1];
        }
    }
}
