namespace CPrune.Tuning.Space;

/// <summary>Sizes worth trying for a tile of a loop.</summary>
internal static class TileSizes
{
    /// <summary>Share of draws that insist on a tile without a tail.</summary>
    private const double DivisorShare = 0.75;

    /// <summary>A size from 1 to <paramref name="largest"/>; most often a divisor of <paramref name="turns"/>, and larger ones as likely as small ones.</summary>
    public static int Draw(int turns, int largest, Random random)
    {
        largest = Math.Min(largest, turns);
        if (largest <= 1) return 1;
        if (random.NextDouble() >= DivisorShare) return random.Next(1, largest + 1);
        var divisors = Enumerable.Range(1, largest).Where(size => turns % size == 0).ToArray();
        return divisors[random.Next(divisors.Length)];
    }

    /// <summary>The next smaller or larger size, of any or of those without a tail.</summary>
    public static int Neighbour(int size, int turns, int largest, Random random)
    {
        largest = Math.Min(largest, turns);
        var step = random.Next(2) == 0 ? -1 : 1;
        var exact = random.Next(2) == 0;
        for (var next = size + step; next >= 1 && next <= largest; next += step)
            if (!exact || turns % next == 0) return next;
        return Math.Clamp(size - step, 1, largest);
    }
}
