namespace CPrune.Pruning.Gates;

/// <summary>
/// Carries the accuracy asked for, which is about the test set, over to the selection split. The split is cut from training images that a pretrained model
/// may have learned by heart, so the two scales differ: the same <em>share</em> of the model's own accuracy must be kept on both. A model that
/// forgets memorised images loses at least as much on this split as on the test set, so this errs on the side of keeping accuracy.
/// </summary>
public static class SelectionFloor
{
    /// <param name="floor">Accuracy asked for, on the test set.</param>
    /// <param name="ownTest">The original's accuracy on the test set.</param>
    /// <param name="ownSelection">The original's accuracy on the selection split.</param>
    public static double Of(double floor, double ownTest, double ownSelection) => ownSelection * Math.Min(1, floor / ownTest);
}
