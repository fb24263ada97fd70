namespace CPrune.Pruning.Gates;

/// <summary>
/// Passes a candidate that keeps at least <paramref name="Alpha"/> of the accepted model's accuracy after its short training (docs/how-it-works.md, "The
/// walk", step 4). It ends the walk when such a step could cross the floor (step 5).
/// </summary>
/// <param name="Alpha">Share of accuracy a single step must keep.</param>
/// <param name="Floor">Top-1 that must be kept, a share.</param>
public sealed record AccuracyGate(double Alpha, double Floor)
{
    public bool Passes(double accepted, double candidate) => candidate >= Alpha * accepted;

    public bool Exhausted(double accepted) => Alpha * accepted < Floor;

    public string Explain(double accepted, double candidate) => Passes(accepted, candidate)
        ? $"accuracy {candidate:P2} keeps {Alpha:P2} of {accepted:P2}"
        : $"accuracy {candidate:P2} is below {Alpha:P2} of {accepted:P2}";
}
