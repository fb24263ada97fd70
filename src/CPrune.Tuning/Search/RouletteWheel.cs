namespace CPrune.Tuning.Search;

/// <summary>
/// Draws from a ranked list, the first twice as often as the middle one and the last hardly ever: linear in the rank, so that it does not
/// matter on which scale a ranker scores.
/// </summary>
internal sealed class RouletteWheel<T>(IReadOnlyList<T> bestFirst, Random random)
{
    public T Pick()
    {
        // The smaller of two uniform draws has a density that falls linearly.
        var rank = Math.Min(random.Next(bestFirst.Count), random.Next(bestFirst.Count));
        return bestFirst[rank];
    }
}
