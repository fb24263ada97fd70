using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>Cuts a seeded share out of labelled images so that every class gives its part.</summary>
public static class StratifiedSplit
{
    /// <summary>
    /// Cuts <paramref name="count"/> of the images. Each class gives its exact share rounded up or down; what rounding leaves over is carried to the
    /// next class, so that the total is exact also when classes have one image each.
    /// </summary>
    /// <returns>Positions that stay and positions that were cut, both in ascending order.</returns>
    public static (ImmutableArray<int> Kept, ImmutableArray<int> Cut) Cut(ImmutableArray<int> labels, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, labels.Length);
        var random = new Random(seed);
        var cut = new bool[labels.Length];
        var (seen, taken) = (0L, 0L);
        foreach (var members in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]).OrderBy(g => g.Key).Select(g => g.ToArray()))
        {
            random.Shuffle(members);
            seen += members.Length;
            var quota = ((seen * count) + (labels.Length / 2)) / labels.Length;
            foreach (var index in members.AsSpan(0, (int)(quota - taken))) cut[index] = true;
            taken = quota;
        }

        var positions = Enumerable.Range(0, labels.Length).ToLookup(i => cut[i]);
        return ([.. positions[false]], [.. positions[true]]);
    }
}
