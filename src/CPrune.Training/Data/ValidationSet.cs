namespace CPrune.Training.Data;

/// <summary>The validation set that a user gives with <c>--selection</c>, made to fit the data it stands beside.</summary>
internal static class ValidationSet
{
    /// <summary>
    /// Share of its images that may be in the data's own parts too. Public sets have a few images twice; a set that shares more than half
    /// is a copy of a part, on which nothing can be judged.
    /// </summary>
    private const double LargestOverlap = 0.5;

    /// <summary>Checks size, classes and independence, and numbers the classes as the data does.</summary>
    /// <param name="set">The images of the set, read in the data's channels.</param>
    /// <param name="options">Whose <c>Spec</c> and <c>Selection</c> messages name.</param>
    /// <param name="parts">The data.</param>
    /// <exception cref="Graph.UserErrorException">Kind Data: another size, other classes, or mostly images of the data.</exception>
    public static ImageSet Fit(ImageSet set, DataOptions options, DataParts parts)
    {
        var train = parts.Train;
        if ((set.Height, set.Width) != (train.Height, train.Width))
        {
            throw DataErrors.Of(
                $"the images for selection at '{options.Selection}' are {set.Width}x{set.Height}, "
                + $"but those at '{options.Spec}' are {train.Width}x{train.Height}; give images of that size or a folder of image files.");
        }

        var fitting = ClassMatch.Renumber(set, options.Selection!, train.ClassNames, options.Spec);
        foreach (var (part, name) in ((ImageSet, string)[])[(train, "training"), (parts.Test, "test")])
        {
            var shared = Shared(fitting, part);
            if (shared <= LargestOverlap * set.Count) continue;
            throw DataErrors.Of(
                $"{shared} of the {set.Count} images for selection at '{options.Selection}' are {name} images at '{options.Spec}'; "
                + "give images that are in neither part, or leave --selection out.");
        }

        return fitting;
    }

    /// <summary>Counts the images that are in another set too, pixel by pixel.</summary>
    private static int Shared(ImageSet set, ImageSet other)
    {
        var known = Enumerable.Range(0, other.Count).ToLookup(i => Hash(other.Image(i)));
        return Enumerable.Range(0, set.Count).Count(i => known[Hash(set.Image(i))].Any(k => other.Image(k).SequenceEqual(set.Image(i))));
    }

    private static int Hash(ReadOnlySpan<byte> image)
    {
        var hash = new HashCode();
        hash.AddBytes(image);
        return hash.ToHashCode();
    }
}
