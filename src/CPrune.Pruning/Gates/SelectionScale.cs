namespace CPrune.Pruning.Gates;

/// <summary>A model that was cut and trained as candidates are, only to learn how accuracies are to be read; then it was thrown away.</summary>
/// <param name="Share">Of every group's channels, and of the residual blocks where these may go.</param>
/// <param name="SelectionTop1">After a short training.</param>
/// <param name="TestTop1">After the longer training behind it, or the short one where there was no other.</param>
public sealed record RehearsedCut(double Share, double SelectionTop1, double TestTop1)
{
    /// <summary>The learning rate that brought it back best, for all short trainings; null where a rate was asked for.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Peak rate for long trainings where it is lower than the usual one; null where it is not.</summary>
    public double? LongLearningRate { get; init; }

    /// <summary>Share of what was still missing on the test set that the long training is expected to leave (<see cref="LongRunRecovery"/>).</summary>
    public double ShareLeft { get; init; } = 1;

    /// <summary>On the selection split after the longer training, or the short one where that was better; null where there was none.</summary>
    public double? SettledSelectionTop1 { get; init; }

    /// <summary>Images of the short training; 0 in journals from before it was kept.</summary>
    public long ShortImages { get; init; }

    /// <summary>Images of the longer training behind it; 0 where there was none.</summary>
    public long LongerImages { get; init; }
}

/// <summary>Losses of one model on the selection split, against what it was cut from.</summary>
/// <param name="Shortly">After short trainings.</param>
/// <param name="Longer">After a longer one behind them.</param>
public readonly record struct SettledLoss(double Shortly, double Longer);

/// <summary>
/// Reads an accuracy on the selection split as one to be expected of the result on the test set. Two things lie between them. The split is cut from training images, and a pretrained model
/// knows them by heart: what pruning loses there may be more than on new images, because what is learned by heart goes first (Hooker et al., "What Do Compressed Deep Neural Networks
/// Forget?", 2019), or less, where the model was so sure of them that it takes much to change an answer. And a candidate is trained shortly, the result for longer. What both make
/// together is measured, with one cut that is rehearsed. This steers the walk only; the promise is checked on the test set at the end.
/// </summary>
/// <param name="AnchorTest">Accuracy on the test set at the anchor: the original's, or what is expected of a model after a longer training.</param>
/// <param name="AnchorSelection">Accuracy on the selection split at the anchor.</param>
/// <param name="Slope">Points on the test set in the end for one that a shortly trained model is behind the anchor on the split.</param>
/// <param name="SettledSlope">The same for one that is behind the original after a longer training.</param>
public sealed record SelectionScale(double AnchorTest, double AnchorSelection, double Slope, double SettledSlope)
{
    /// <summary>Noise of a difference of accuracies on some thousand images: with losses below it a point counts as a point after the same training.</summary>
    private const double Noise = 0.0025;

    private const double LeastSlope = 0.1;

    /// <inheritdoc cref="RehearsedCut.ShortImages"/>
    public long ShortImages { get; init; }

    /// <inheritdoc cref="RehearsedCut.LongerImages"/>
    public long LongerImages { get; init; }

    /// <param name="ownTest">The original's accuracy on the test set.</param>
    /// <param name="ownSelection">The original's accuracy on the selection split.</param>
    /// <param name="rehearsed">Null where there was none: a point is a point.</param>
    /// <param name="settled">What longer trainings within the walk brought back: with the rehearsed one they tell how much comes back of what short trainings left.</param>
    public static SelectionScale Of(double ownTest, double ownSelection, RehearsedCut? rehearsed, params IReadOnlyCollection<SettledLoss> settled)
    {
        if (rehearsed is null) return new(ownTest, ownSelection, 1, 1);
        var (shortly, longer) = (Loss(rehearsed.SelectionTop1), Loss(rehearsed.SettledSelectionTop1 ?? rehearsed.SelectionTop1));
        var settledSlope = rehearsed.ShareLeft * (Math.Max(0, ownTest - rehearsed.TestTop1) + Noise) / longer;
        var share = (longer + settled.Sum(l => l.Longer)) / (shortly + settled.Sum(l => l.Shortly));
        return new(ownTest, ownSelection, Math.Max(LeastSlope, settledSlope * share), Math.Max(LeastSlope, settledSlope))
        {
            ShortImages = rehearsed.ShortImages,
            LongerImages = rehearsed.LongerImages,
        };

        double Loss(double selection) => Math.Max(0, ownSelection - selection) + Noise;
    }

    /// <summary>The accuracy to expect on the test set.</summary>
    public double Expected(double selection) => AnchorTest - (Slope * (AnchorSelection - selection));

    /// <summary>The accuracy on the split at which <paramref name="test"/> is to be expected on the test set.</summary>
    public double OnSelection(double test) => AnchorSelection - ((AnchorTest - test) / Slope);

    /// <summary>
    /// The scale for models that were trained on so many images since the anchor. What one short training left comes back for the most part; what is still missing after several is like what a longer one left, so that the slope
    /// goes from one to the other with the logarithm of the images.
    /// </summary>
    public SelectionScale After(long images)
    {
        if (ShortImages == 0 || LongerImages == 0 || images <= ShortImages) return this;
        var share = Math.Min(1, Math.Log((double)images / ShortImages) / Math.Log((double)(ShortImages + LongerImages) / ShortImages));
        return this with { Slope = Slope + (share * (SettledSlope - Slope)) };
    }

    /// <summary>The scale from a model on that had a longer training: what it still lacks does not come back, what candidates behind it lose does.</summary>
    /// <param name="selection">Its accuracy on the selection split.</param>
    public SelectionScale SettledAt(double selection) =>
        this with { AnchorTest = AnchorTest - (SettledSlope * (AnchorSelection - selection)), AnchorSelection = selection };
}
