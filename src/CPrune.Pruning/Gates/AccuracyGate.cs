namespace CPrune.Pruning.Gates;

/// <summary>
/// Passes a candidate that keeps at least <paramref name="Alpha"/> of the accepted model's accuracy after short training (method.md, step 4), and ends
/// the walk when one more such step could cross the floor (step 5). Accuracies are those to expect on the test set (<see cref="SelectionScale"/>).
/// </summary>
/// <param name="Alpha">Share of accuracy a single step must keep.</param>
/// <param name="Floor">Accuracy that must be kept.</param>
public sealed record AccuracyGate(double Alpha, double Floor)
{
    public bool Passes(double accepted, double candidate) => candidate >= Alpha * accepted;

    public bool Exhausted(double accepted) => Alpha * accepted < Floor;

    public string Explain(double accepted, double candidate) => Passes(accepted, candidate)
        ? $"expected accuracy {candidate:P2} keeps {Alpha:P1} of {accepted:P2}"
        : $"expected accuracy {candidate:P2} is below {Alpha:P1} of {accepted:P2}";
}
