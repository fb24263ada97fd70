namespace CPrune.Pruning.Gates;

/// <summary>What became of a candidate that was trained.</summary>
/// <param name="Lost">Accuracy on the selection split that was missing before training, with batch norm's statistics estimated anew.</param>
/// <param name="Recovered">It passed the accuracy gate after training.</param>
public sealed record Recovery(double Lost, bool Recovered);

/// <summary>
/// Drops a candidate before it is trained where training cannot be hoped to bring back what it lost: more than twice what any candidate of this run ever recovered from, and two points more.
/// Accuracy with batch norm's statistics estimated anew ranks candidates well (Li et al., "EagleEye", ECCV 2020) and costs a fraction of a training. Until
/// enough candidates were trained nothing is dropped.
/// </summary>
public sealed record RecoveryGate(IReadOnlyList<Recovery> Past)
{
    private const int Fewest = 6;
    private const double Times = 2;
    private const double Margin = 0.02;

    /// <summary>The largest loss that is worth a training; null while that is not known.</summary>
    public double? Limit => Past.Count >= Fewest && Past.Any(p => p.Recovered) ? (Times * Past.Where(p => p.Recovered).Max(p => p.Lost)) + Margin : null;

    public bool IsHopeless(double lost) => lost > Limit;

    public string Explain(double lost) => $"{lost:P2} of accuracy is lost before training, more than the {Limit:P2} that training could be hoped to bring back";
}
