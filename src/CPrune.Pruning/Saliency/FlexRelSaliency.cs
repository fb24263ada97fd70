using System.Globalization;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// Magnitude and relevance together: <c>(1 − δ)·magnitude + δ·relevance</c>, each as a share of the group's (FlexRel: Chiasserini et al., "Combining Relevance and
/// Magnitude for Resource-Aware DNN Pruning", arXiv 2405.13088). Magnitude is the L1 norm; relevance is what flows back to a position through the weights that read it.
/// </summary>
public sealed class FlexRelSaliency : ISaliency
{
    public const double DefaultDelta = 0.5;

    private static readonly L1Saliency Magnitude = new();

    private readonly double _delta;

    /// <param name="delta">Weight of relevance, from 0 (images are then not looked at) to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not such a weight.</exception>
    public FlexRelSaliency(double delta = DefaultDelta)
    {
        if (delta is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(delta), delta, "a weight from 0 to 1");
        _delta = delta;
    }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"flexrel:{_delta}");

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group)
    {
        var magnitudes = Shares(Magnitude.Scores(context, group));
        if (_delta == 0) return magnitudes;
        return [.. magnitudes.Zip(Shares(context.RelevancesOf(group)), (magnitude, relevance) => ((1 - _delta) * magnitude) + (_delta * relevance))];
    }

    /// <summary>All zero where nothing is there to share.</summary>
    private static double[] Shares(IReadOnlyList<double> scores)
    {
        var total = scores.Sum();
        return [.. scores.Select(s => total > 0 ? s / total : 0)];
    }
}
