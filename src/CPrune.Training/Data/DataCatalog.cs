using CPrune.Graph;
using CPrune.Training.Data.Builtin;

namespace CPrune.Training.Data;

/// <param name="Spec">A path (CIFAR-10/100 binary folder, MNIST-style IDX folder, a folder or zip of class folders) or <c>builtin</c>.</param>
/// <param name="Height">Image height the model wants; images of a folder are resized to it, sets of fixed size must fit. Null when no model asks: the set's own size.</param>
/// <param name="Width">As <paramref name="Height"/>.</param>
/// <param name="Channels">Channels the model wants (1 or 3); null for the set's own.</param>
/// <param name="Normalization">Null for the kind's default; one value serves all channels.</param>
/// <param name="Augmentation">Null for the kind's default.</param>
/// <param name="Selection">The user's validation set, as <paramref name="Spec"/>; null to cut the selection from the test part.</param>
/// <param name="Seed">Of that cut.</param>
public sealed record DataOptions(
    string Spec, int? Height, int? Width, int? Channels, Normalization? Normalization, Augmentation? Augmentation,
    string? Selection, int Seed);

/// <summary>Labelled images by specification.</summary>
public static class DataCatalog
{
    /// <summary>The data set that needs no files.</summary>
    public const string Builtin = "builtin";

    /// <summary>Opens data to prune on, with the images that decide and those that check.</summary>
    /// <exception cref="UserErrorException">
    /// Kind <see cref="UserErrorKind.Data"/>: as for <see cref="OpenParts"/>, a test part too small to split,
    /// or a validation set that does not fit.
    /// </exception>
    public static DataSplits Open(DataOptions options, CancellationToken cancellation = default)
    {
        var parts = OpenParts(options, cancellation);
        var (train, test) = (parts.Train, parts.Test);
        var (selection, unseen) = options.Selection is null
            ? HeldOut.Cut(test, options.Spec, options.Seed)
            : (ValidationSet.Fit(ReadHeldOut(Like(train, options, options.Selection), cancellation).Images, options, parts), test);
        var fingerprint = DataFingerprint.Of(train, selection, unseen, test);
        return new(train, selection, unseen, test, parts.Normalization, parts.Augmentation, fingerprint) { Notes = parts.Notes };
    }

    /// <summary>Opens images to evaluate on: the test part, or all images if there is only one part.</summary>
    /// <exception cref="UserErrorException">As for <see cref="OpenParts"/>; a training part is not needed.</exception>
    public static TestImages OpenTest(DataOptions options, CancellationToken cancellation = default)
    {
        var test = ReadHeldOut(options, cancellation);
        CheckSize(options, test.Images);
        return test with { Normalization = (options.Normalization ?? test.Normalization).ForChannels(test.Images.Channels) };
    }

    /// <summary>Opens data to train or evaluate on.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: not there, not a known kind, empty, incomplete, of the wrong size.</exception>
    public static DataParts OpenParts(DataOptions options, CancellationToken cancellation = default)
    {
        var source = Read(options, cancellation);
        foreach (var (set, part) in ((ImageSet, string)[])[(source.Train, "training"), (source.Test, "test")])
            if (set.Count == 0) throw DataErrors.Of($"the data at '{options.Spec}' has no {part} images; each part needs at least one.");
        CheckSize(options, source.Train);

        var normalization = (options.Normalization ?? source.Normalization).ForChannels(source.Train.Channels);
        var fingerprint = DataFingerprint.Of(source.Train, source.Test);
        return new(source.Train, source.Test, normalization, options.Augmentation ?? source.Augmentation, fingerprint) { Notes = source.Notes };
    }

    private static LabelledSource Read(DataOptions options, CancellationToken cancellation) => Dispatch(
        options, BuiltinImages.Read, CifarFolder.Read, IdxFolder.Read, ImageTree.Read, cancellation);

    /// <summary>Reads the test part, or all images if there is only one part.</summary>
    private static TestImages ReadHeldOut(DataOptions options, CancellationToken cancellation) => Dispatch(
        options, BuiltinImages.ReadHeldOut, CifarFolder.ReadHeldOut, IdxFolder.ReadHeldOut, ImageTree.ReadHeldOut, cancellation);

    /// <summary>Finds out the kind of the data and reads it as that.</summary>
    private static T Dispatch<T>(
        DataOptions options, Func<DataOptions, CancellationToken, T> builtin, Func<DataOptions, CancellationToken, T> cifar,
        Func<DataOptions, CancellationToken, T> idx, Func<FileTree, DataOptions, CancellationToken, T> files,
        CancellationToken cancellation)
    {
        if (options.Spec == Builtin) return builtin(options, cancellation);
        if (!Directory.Exists(options.Spec) && !File.Exists(options.Spec))
            throw DataErrors.Of($"there is no data at '{options.Spec}'; give a folder, a zip file, or '{Builtin}'.");
        if (Directory.Exists(options.Spec))
        {
            if (CifarFolder.Recognises(options.Spec)) return cifar(options, cancellation);
            if (IdxFolder.Recognises(options.Spec)) return idx(options, cancellation);
        }

        using var tree = FileTree.Open(options.Spec);
        return files(tree, options, cancellation);
    }

    /// <summary>Asks for images elsewhere in the size and channels of a set that is there.</summary>
    private static DataOptions Like(ImageSet set, DataOptions options, string spec) =>
        options with { Spec = spec, Height = set.Height, Width = set.Width, Channels = set.Channels };

    private static void CheckSize(DataOptions options, ImageSet set)
    {
        if ((options.Height ?? set.Height) != set.Height || (options.Width ?? set.Width) != set.Width)
            throw DataErrors.Of($"the images at '{options.Spec}' are {set.Width}x{set.Height}, but the model wants {options.Width ?? set.Width}x{options.Height ?? set.Height}; use data of that size or a folder of image files.");
    }
}
