using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Training.Data;

/// <summary>Whether two sets have the same classes: by their names, or by their number if one of them has no names.</summary>
internal static class ClassMatch
{
    /// <summary>The set with the labels and class names of the wanted classes.</summary>
    /// <param name="set">The images whose labels are to be renumbered.</param>
    /// <param name="spec">Where they are, for messages.</param>
    /// <param name="wanted">The data's classes.</param>
    /// <param name="data">Where the data is, for messages.</param>
    /// <exception cref="Graph.UserErrorException">Kind Data: a class too many, one missing, or another number of classes.</exception>
    public static ImageSet Renumber(ImageSet set, string spec, ImmutableArray<string> wanted, string data)
    {
        var (theirs, ours) = (Named(set.ClassNames), Named(wanted));
        if (theirs.IsEmpty || ours.IsEmpty)
        {
            return set.ClassNames.Length == wanted.Length
                ? set with { ClassNames = wanted }
                : throw DataErrors.Of(
                    $"the images for selection at '{spec}' are of {set.ClassNames.Length} classes, "
                    + $"but those at '{data}' of {wanted.Length}; "
                    + "use the same classes for both.");
        }

        var used = set.Labels.Distinct().Select(label => set.ClassNames[label]);
        if (theirs.Concat(used).FirstOrDefault(name => !wanted.Contains(name)) is { } unknown)
        {
            throw DataErrors.Of(
                $"the class '{unknown}' of the images for selection at '{spec}' is none of the {wanted.Length} at '{data}'; "
                + "use the same class names for both.");
        }

        if (ours.Except(theirs).FirstOrDefault() is { } missing)
        {
            throw DataErrors.Of(
                $"the images for selection at '{spec}' have no class '{missing}', but those at '{data}' have; "
                + "use the same class names for both.");
        }

        return set with { Labels = [.. set.Labels.Select(Number)], ClassNames = wanted };

        // Two numbers may have one name, as ImageNet's cranes do: the same number is the same class then.
        int Number(int label) =>
            label < wanted.Length && wanted[label] == set.ClassNames[label] ? label : wanted.IndexOf(set.ClassNames[label]);
    }

    /// <summary>Names that are more than the class's number, which a gap in a list of labels gets.</summary>
    private static ImmutableArray<string> Named(ImmutableArray<string> names) =>
        [.. names.Where((name, i) => name != i.ToString(CultureInfo.InvariantCulture))];
}
