namespace CPrune.Pruning.Gates;

/// <summary>How far the accuracy gate opens where a run has another goal than an accuracy: twice the loss each time nothing is left that passes.</summary>
public static class RelaxedAlpha
{
    /// <summary>A step that keeps less than this share is no step of a walk any more.</summary>
    private const double Least = 0.9;

    /// <returns>Null when it is open already.</returns>
    public static double? After(double alpha)
    {
        var next = 1 - (2 * (1 - alpha));
        return next >= Least && next < alpha ? next : null;
    }
}
