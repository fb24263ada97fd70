namespace CPrune.Pruning.Gates;

/// <summary>Whether a training that is not over yet has answered already.</summary>
/// <param name="Gate">What it is trained for.</param>
/// <param name="Scale">How accuracies on the selection split are read.</param>
/// <param name="Accepted">Top-1 of the accepted model on the selection split.</param>
public sealed record EarlyStop(AccuracyGate Gate, SelectionScale Scale, double Accepted)
{
    /// <summary>What the rest of a training can still bring: each of its stages is as long as all before it, and brought no more than the one before; as much again for caution.</summary>
    private const double MostPerLastGain = 2;

    /// <param name="change">Against the accepted model, after the stage.</param>
    /// <param name="gain">What the last stage brought, on the selection split.</param>
    /// <param name="stagesLeft">Stages that are not trained yet; at least one.</param>
    /// <returns>True where the lower end of the interval passes the gate, false where its upper end does not even with what can still be hoped for; null to go on.</returns>
    public bool? Passes(PairedDifference change, double gain, int stagesLeft)
    {
        if (Passes(Accepted + change.Low)) return true;
        return Passes(Accepted + change.High + (MostPerLastGain * stagesLeft * Math.Max(0, gain))) ? null : false;
    }

    /// <param name="selection">Top-1 on the whole split.</param>
    public bool Passes(double selection) => Gate.Passes(Scale.Expected(Accepted), Scale.Expected(selection));
}
