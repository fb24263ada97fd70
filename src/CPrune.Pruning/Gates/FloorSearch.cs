namespace CPrune.Pruning.Gates;

/// <summary>
/// Which of the accepted models is trained for long next, once one of them missed the floor: the last one that can be hoped to reach it. What each is expected to lose on the test set is known
/// up to a factor that a reading of that set tells, so that losses are interpolated between those that were read (regula falsi), the original's being 0.
/// </summary>
/// <param name="Expected">Loss of accuracy expected of every accepted model, the original first.</param>
/// <param name="Allowed">The largest loss on the test set above the floor.</param>
public sealed record FloorSearch(IReadOnlyList<double> Expected, double Allowed)
{
    /// <param name="read">Losses on the test set by place; at least one is above what is allowed.</param>
    /// <returns>A place that was not read yet, or the last one that was read and passed: 0, the original, where none did and the first cut missed.</returns>
    public int Next(IReadOnlyDictionary<int, double> read)
    {
        var passed = read.Where(r => r.Value <= Allowed).Select(r => r.Key).DefaultIfEmpty(0).Max();
        var missed = read.Where(r => r.Value > Allowed && r.Key > passed).Min(r => r.Key);
        var (low, high) = (read.GetValueOrDefault(passed), read[missed]);
        var span = Expected[missed] - Expected[passed];
        var place = missed - 1;
        while (place > passed && Interpolated(place) > Allowed) place--;
        // Before nothing is left but the original, the model that lost least is asked: what it loses is a guess.
        return place == 0 ? Math.Min(1, missed - 1) : place;

        // Where nothing was expected to be lost between them, nothing is known of what lies there.
        double Interpolated(int at) => span > 0 ? low + ((high - low) * (Expected[at] - Expected[passed]) / span) : low;
    }
}
