using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>Putting image sets together.</summary>
internal static class ImageSets
{
    /// <summary>The sets one after the other; all of one size, with the first one's class names.</summary>
    public static ImageSet Concat(IReadOnlyList<ImageSet> sets)
    {
        var pixels = new byte[sets.Sum(s => s.Pixels.Length)];
        var at = 0;
        foreach (var set in sets)
        {
            set.Pixels.Span.CopyTo(pixels.AsSpan(at));
            at += set.Pixels.Length;
        }

        return sets[0] with { Pixels = pixels, Labels = [.. sets.SelectMany(s => s.Labels)] };
    }

    /// <summary>Names for classes that have none: their numbers.</summary>
    public static ImmutableArray<string> NumberedClasses(int count) =>
        [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
