namespace CPrune.Pruning.Gates;

/// <summary>
/// Reads an accuracy on the selection split as one on the test set. The split is cut from training images, and a pretrained model has learned some of them
/// by heart: its own accuracy there is higher by the share of memorised images. Pruning loses those first (Hooker et al., "What Do Compressed Deep Neural
/// Networks Forget?", 2019), so a point lost on the split is less than a point lost on the test set. Images are taken to be either generalised or
/// memorised, and a memorised one to be lost <see cref="Fragility"/> times as easily. Without memorised images a point is a point. This steers the walk only;
/// the promise is checked on the test set at the end.
/// </summary>
/// <param name="OwnTest">The original's accuracy on the test set.</param>
/// <param name="OwnSelection">The original's accuracy on the selection split.</param>
public sealed record SelectionScale(double OwnTest, double OwnSelection)
{
    private const double Fragility = 20;

    /// <summary>Points on the test set for one on the split.</summary>
    public double Slope
    {
        get
        {
            var memorised = Math.Max(0, OwnSelection - OwnTest);
            return OwnTest / (OwnTest + (Fragility * memorised));
        }
    }

    /// <summary>The accuracy to expect on the test set.</summary>
    public double Expected(double selection) => OwnTest - (Slope * (OwnSelection - selection));

    /// <summary>The accuracy on the split at which <paramref name="test"/> is to be expected on the test set.</summary>
    public double OnSelection(double test) => OwnSelection - ((OwnTest - test) / Slope);
}
