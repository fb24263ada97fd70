namespace CPrune.Pruning.Gates;

/// <summary>How far the accuracy gate opens where the goal lies further than steps of the loss that was asked for lead: twice the loss each time nothing is left that passes. The floor stays.</summary>
public static class RelaxedAlpha
{
    /// <returns>Null when it is open already.</returns>
    public static double? After(double alpha)
    {
        var next = 1 - (2 * (1 - alpha));
        return next >= AccuracyGate.LeastAlpha && next < alpha ? next : null;
    }
}
