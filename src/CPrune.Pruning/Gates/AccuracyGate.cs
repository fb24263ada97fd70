namespace CPrune.Pruning.Gates;

/// <summary>
/// Passes a candidate that keeps at least <paramref name="Alpha"/> of the accepted model's accuracy after short training (docs/how-it-works.md, "The walk", step 4) and the floor, and ends
/// the walk when even half such a step could cross the floor (step 5, where it is a whole one: a cut that costs less still fits). Accuracies are those to expect of the result (<see cref="SelectionScale"/>).
/// </summary>
/// <param name="Alpha">Share of accuracy a single step must keep.</param>
/// <param name="Floor">Accuracy that must be kept.</param>
public sealed record AccuracyGate(double Alpha, double Floor)
{
    /// <summary>Latency that an ordinary step keeps.</summary>
    private const double OrdinaryRatio = 0.95;

    /// <summary>A cut that keeps less than this share is no step of a walk any more.</summary>
    public const double LeastAlpha = 0.9;

    /// <summary>The paper's, and the widest gate that a walk begins with.</summary>
    public const double UsualAlpha = 0.995;

    /// <summary>A step's loss that some thousand images can still tell from none.</summary>
    private const double FinestAlpha = 0.9995;

    private const double StepsToFloor = 4;

    private const double CheapShare = 3;

    /// <summary>
    /// The gate that a walk begins with where none was asked for: an ordinary step may cost a quarter of all that may be lost, so that what is lost is spent on the cuts that save most for it;
    /// at least <see cref="UsualAlpha"/> is kept.
    /// </summary>
    /// <param name="own">The original's accuracy.</param>
    /// <param name="floor">0 where there is none.</param>
    public static double FirstAlpha(double own, double floor) =>
        own > floor ? Math.Clamp(1 - ((1 - (floor / own)) / StepsToFloor), UsualAlpha, FinestAlpha) : FinestAlpha;

    /// <summary>Accuracy that the walk may have come to with the candidate, had every accepted cut cost what it might; null where nothing is known of the cuts before.</summary>
    public double? Line { get; init; }

    /// <summary>
    /// The gate for a cut that saves more or less than an ordinary step. It may cost in proportion: wide vectors make large cuts, the floor does not ask in how many steps it was reached,
    /// and what a small gain costs is missing for a large one.
    /// </summary>
    /// <param name="latencyRatio">The candidate's latency over the accepted model's.</param>
    public AccuracyGate ForGain(double latencyRatio) => this with { Alpha = Math.Max(Math.Min(Alpha, LeastAlpha), Kept(latencyRatio)) };

    /// <summary>The same, and what the cuts before did not spend of what they might have cost may be spent now.</summary>
    /// <param name="own">The original's accuracy.</param>
    /// <param name="walked">The accepted model's latency over the original's.</param>
    public AccuracyGate ForGain(double latencyRatio, double own, double walked) => ForGain(latencyRatio) with { Line = own * Kept(walked * latencyRatio) };

    public bool Passes(double accepted, double candidate) => candidate >= Least(accepted);

    /// <summary>Whether a candidate that passes cost at most a third of what it might have: of a cut twice as large, which may cost twice as much and may well cost four times, it can be hoped that it passes, too.</summary>
    public bool IsCheap(double accepted, double candidate) => candidate >= accepted - ((accepted - Least(accepted)) / CheapShare);

    public bool Exhausted(double accepted) => (1 + Alpha) / 2 * accepted < Floor;

    public string Explain(double accepted, double candidate) => candidate switch
    {
        _ when candidate >= OfStep(accepted) && candidate < Floor => $"expected accuracy {candidate:P2} is below the floor of {Floor:P2}",
        _ when candidate < OfStep(accepted) => $"expected accuracy {candidate:P2} is below {OfStep(accepted) / accepted:P2} of {accepted:P2}",
        _ when candidate < Alpha * accepted => $"expected accuracy {candidate:P2} keeps {Alpha:P2} of {accepted:P2} with what the cuts before did not spend",
        _ => $"expected accuracy {candidate:P2} keeps {Alpha:P2} of {accepted:P2}",
    };

    /// <summary>Share of accuracy that cuts which keep so much of the latency keep together.</summary>
    private double Kept(double latencyRatio) => Math.Pow(Alpha, Math.Max(0, Math.Log(latencyRatio) / Math.Log(OrdinaryRatio)));

    private double Least(double accepted) => Math.Max(OfStep(accepted), Floor);

    /// <summary>What a step has to keep, the floor aside.</summary>
    private double OfStep(double accepted) => Math.Min(Alpha * accepted, Math.Max(Line ?? 1, LeastAlpha * accepted));
}
