using CPrune.Graph;
using CPrune.Training.Data.Builtin;

namespace CPrune.Training.Data;

/// <param name="Spec">A path (CIFAR-10/100 binary folder, MNIST-style IDX folder, a folder or zip of class folders) or <c>builtin</c>.</param>
/// <param name="Height">Image height the model wants; images of a folder are resized to it, sets of fixed size must fit. Null when no model asks: the set's own size.</param>
/// <param name="Width">As <paramref name="Height"/>.</param>
/// <param name="Channels">Channels the model wants (1 or 3); null for the set's own.</param>
/// <param name="Normalization">Null for the kind's default; one value serves all channels.</param>
/// <param name="Augmentation">Null for the kind's default.</param>
/// <param name="SelectionCount">Images cut from the training set for selection; null for a tenth, at most 5,000.</param>
/// <param name="Seed">Of the selection split.</param>
public sealed record DataOptions(
    string Spec, int? Height, int? Width, int? Channels, Normalization? Normalization, Augmentation? Augmentation, int? SelectionCount, int Seed);

/// <summary>Labelled images by specification.</summary>
public static class DataCatalog
{
    /// <summary>The data set that needs no files.</summary>
    public const string Builtin = "builtin";

    private const int DefaultSelectionLimit = 5_000;

    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: not there, not a known kind, empty, incomplete, of the wrong size.</exception>
    public static DataSplits Open(DataOptions options, CancellationToken cancellation = default)
    {
        var source = Read(options, cancellation);
        foreach (var (set, part) in ((ImageSet, string)[])[(source.Train, "training"), (source.Test, "test")])
            if (set.Count == 0) throw DataErrors.Of($"the data at '{options.Spec}' has no {part} images; each part needs at least one.");
        CheckSize(options, source.Train);

        var count = options.SelectionCount ?? Math.Clamp(source.Train.Count / 10, 1, DefaultSelectionLimit);
        if (count < 1 || count >= source.Train.Count)
            throw DataErrors.Of($"{count} images cannot be cut for selection from the {source.Train.Count} training images at '{options.Spec}'; ask for 1 to {source.Train.Count - 1}.");
        var (kept, cut) = StratifiedSplit.Cut(source.Train.Labels, count, options.Seed);
        var (train, selection) = (source.Train.Take(kept), source.Train.Take(cut));
        var normalization = (options.Normalization ?? source.Normalization).ForChannels(train.Channels);
        return new(train, selection, source.Test, normalization, options.Augmentation ?? source.Augmentation, DataFingerprint.Of(train, selection, source.Test));
    }

    private static LabelledSource Read(DataOptions options, CancellationToken cancellation)
    {
        if (options.Spec == Builtin) return BuiltinImages.Read(options, cancellation);
        if (!Directory.Exists(options.Spec) && !File.Exists(options.Spec))
            throw DataErrors.Of($"there is no data at '{options.Spec}'; give a folder, a zip file, or '{Builtin}'.");
        if (Directory.Exists(options.Spec))
        {
            if (CifarFolder.Recognises(options.Spec)) return CifarFolder.Read(options, cancellation);
            if (IdxFolder.Recognises(options.Spec)) return IdxFolder.Read(options, cancellation);
        }

        using var tree = FileTree.Open(options.Spec);
        return ImageTree.Read(tree, options, cancellation);
    }

    private static void CheckSize(DataOptions options, ImageSet set)
    {
        if ((options.Height ?? set.Height) != set.Height || (options.Width ?? set.Width) != set.Width)
            throw DataErrors.Of($"the images at '{options.Spec}' are {set.Width}x{set.Height}, but the model wants {options.Width ?? set.Width}x{options.Height ?? set.Height}; use data of that size or a folder of image files.");
    }
}
