namespace CPrune.Pruning.Gates;

/// <summary>A model that was cut and trained as candidates are, only to learn how accuracies are to be read; then it was thrown away.</summary>
/// <param name="Share">Of every group's channels, gone.</param>
public sealed record RehearsedCut(double Share, double SelectionTop1, double TestTop1)
{
    /// <summary>The learning rate that brought it back best, for all short trainings; null where a rate was asked for.</summary>
    public double? LearningRate { get; init; }
}

/// <summary>
/// Reads an accuracy on the selection split as one on the test set. The split is cut from training images, and a pretrained model knows them by heart: what pruning loses there is not what
/// it loses on new images. It may be more, because what is learned by heart goes first (Hooker et al., "What Do Compressed Deep Neural Networks Forget?", 2019), and
/// less, where the model was so sure of them that it takes much to change an answer. How much is measured, with one cut that is rehearsed. This steers the walk only; the
/// promise is checked on the test set at the end.
/// </summary>
/// <param name="OwnTest">The original's accuracy on the test set.</param>
/// <param name="OwnSelection">The original's accuracy on the selection split.</param>
/// <param name="Slope">Points on the test set for one on the split.</param>
public sealed record SelectionScale(double OwnTest, double OwnSelection, double Slope)
{
    /// <summary>Noise of a difference of accuracies on some thousand images: with losses below it a point counts as a point.</summary>
    private const double Noise = 0.0025;

    private const double LeastSlope = 0.25;

    /// <param name="rehearsed">Null where there was none: a point is a point.</param>
    public static SelectionScale Of(double ownTest, double ownSelection, RehearsedCut? rehearsed)
    {
        if (rehearsed is null) return new(ownTest, ownSelection, 1);
        var (onTest, onSelection) = (ownTest - rehearsed.TestTop1, ownSelection - rehearsed.SelectionTop1);
        return new(ownTest, ownSelection, Math.Max(LeastSlope, (Math.Max(0, onTest) + Noise) / (Math.Max(0, onSelection) + Noise)));
    }

    /// <summary>The accuracy to expect on the test set.</summary>
    public double Expected(double selection) => OwnTest - (Slope * (OwnSelection - selection));

    /// <summary>The accuracy on the split at which <paramref name="test"/> is to be expected on the test set.</summary>
    public double OnSelection(double test) => OwnSelection - ((OwnTest - test) / Slope);
}
