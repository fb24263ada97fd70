namespace CPrune.Pruning.Gates;

/// <summary>
/// Passes a candidate that keeps at least <paramref name="Alpha"/> of the accepted model's accuracy after short training (method.md, step 4), and ends
/// the walk when one more such step could cross the floor (step 5). All accuracies are of the selection split.
/// </summary>
/// <param name="Alpha">Share of accuracy a single step must keep.</param>
/// <param name="Floor">Accuracy that must be kept, on the selection split.</param>
public sealed record AccuracyGate(double Alpha, double Floor)
{
    public bool Passes(double accepted, double candidate) => candidate >= Alpha * accepted;

    public bool Exhausted(double accepted) => Alpha * accepted < Floor;

    public string Explain(double accepted, double candidate) => Passes(accepted, candidate)
        ? $"accuracy {candidate:P2} keeps {Alpha:P1} of {accepted:P2}"
        : $"accuracy {candidate:P2} is below {Alpha:P1} of {accepted:P2}";
}
