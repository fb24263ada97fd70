using System.Collections.Immutable;

namespace CPrune.Compiler.Subgraphs.Rearranging;

/// <summary>A loop over elements: one turn moves <paramref name="To"/> elements in the result and <paramref name="From"/> in the source, both in ONNX's order.</summary>
internal readonly record struct Digit(int Extent, int To, int From);

/// <summary>
/// A rearrangement as nested loops, if it is regular: the number of a result's element, written in digits of mixed radix, names a place in the source that
/// is a weighted sum of the same digits. No digit reaches over the end of a column or a row or a channel on either side.
/// </summary>
internal static class Digits
{
    /// <summary>Innermost in the result first; null where no digits will do.</summary>
    public static ImmutableArray<Digit>? Of(ImmutableArray<long> places, ActivationExtents from, ActivationExtents to)
    {
        if (Regular(places) is not { } digits) return null;
        foreach (var boundary in Boundaries(to))
            if (!Split(digits, boundary, d => d.To)) return null;
        foreach (var boundary in Boundaries(from))
            if (!Split(digits, boundary, d => d.From)) return null;
        return [.. digits];
    }

    /// <summary>As few digits as possible.</summary>
    private static List<Digit>? Regular(ImmutableArray<long> places)
    {
        var digits = new List<Digit>();
        for (var to = 1; to < places.Length;)
        {
            var (from, extent) = (places[to], 2);
            while ((long)to * extent < places.Length && places[to * extent] == from * extent) extent++;
            if (places.Length % (to * extent) != 0) return null;
            digits.Add(new Digit(extent, to, checked((int)from)));
            to *= extent;
        }

        for (var i = 0; i < places.Length; i++)
            if (places[i] != digits.Sum(d => (long)(i / d.To % d.Extent) * d.From)) return null;
        return digits;
    }

    /// <summary>Cuts the digit that reaches over a boundary in two; false where it cannot be cut there.</summary>
    private static bool Split(List<Digit> digits, int boundary, Func<Digit, int> step)
    {
        for (var i = 0; i < digits.Count; i++)
        {
            var digit = digits[i];
            if (step(digit) >= boundary || (long)step(digit) * digit.Extent <= boundary) continue;
            var (inner, rest) = Math.DivRem(boundary, step(digit));
            if (rest != 0 || digit.Extent % inner != 0) return false;
            digits[i] = digit with { Extent = inner };
            digits.Insert(i + 1, new Digit(digit.Extent / inner, digit.To * inner, digit.From * inner));
        }

        return true;
    }

    private static int[] Boundaries(ActivationExtents extents) => [extents.Columns, extents.Columns * extents.Rows];
}
