using CPrune.Graph;

namespace CPrune.Training.Data;

/// <param name="Spec">A path (CIFAR-10/100 binary folder, MNIST-style IDX folder, a folder or zip of class folders) or <c>builtin</c>.</param>
/// <param name="Height">Image height the model wants; images of a folder are resized to it, sets of fixed size must fit. Null when no model asks: the set's own size.</param>
/// <param name="Width">As <paramref name="Height"/>.</param>
/// <param name="Channels">Channels the model wants (1 or 3); null for the set's own.</param>
/// <param name="Normalization">Null for the kind's default.</param>
/// <param name="Augmentation">Null for the kind's default.</param>
/// <param name="SelectionCount">Images cut from the training set for selection; null for a tenth, at most 5,000.</param>
/// <param name="Seed">Of the split.</param>
public sealed record DataOptions(
    string Spec, int? Height, int? Width, int? Channels, Normalization? Normalization, Augmentation? Augmentation, int? SelectionCount, int Seed);

/// <summary>Labelled images by specification.</summary>
public static class DataCatalog
{
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: not there, not a known kind, empty, incomplete, of the wrong size.</exception>
    public static DataSplits Open(DataOptions options, CancellationToken cancellation = default) => throw new NotImplementedException();
}
