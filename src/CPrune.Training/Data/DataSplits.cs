using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>A data specification as training and evaluation see it.</summary>
/// <param name="Train">All training images.</param>
/// <param name="Test">All test images.</param>
/// <param name="Normalization">One value per channel.</param>
/// <param name="Augmentation">Of training images.</param>
/// <param name="Fingerprint">Changes with any image, label or class name.</param>
public sealed record DataParts(ImageSet Train, ImageSet Test, Normalization Normalization, Augmentation Augmentation, string Fingerprint)
{
    /// <summary>What of the data was left out, or may be meant otherwise; sentences without their end.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>Images to evaluate on: the test part, or all if there is no other part.</summary>
/// <param name="Normalization">One value per channel.</param>
/// <param name="Notes">As <see cref="DataParts.Notes"/>.</param>
public sealed record TestImages(ImageSet Images, Normalization Normalization, ImmutableArray<string> Notes);

/// <summary>
/// A data specification as pruning sees it. A pretrained network knows its training images by heart, so that nothing can be judged on them:
/// what decides and what checks are both images that it has not learned.
/// </summary>
/// <param name="Train">All training images.</param>
/// <param name="Selection">
/// What candidates are judged on: <see cref="HeldOut.SelectionShare"/> of the test part, or the user's validation set.
/// </param>
/// <param name="Unseen">Held-out images that nothing is decided on, read for the original and the result only.</param>
/// <param name="Test">
/// The whole test part: selection and unseen images. Beside a user's validation set it is <paramref name="Unseen"/>.
/// </param>
/// <param name="Normalization">One value per channel.</param>
/// <param name="Augmentation">Of training images.</param>
/// <param name="Fingerprint">Changes with any image, label or class name, and with the split.</param>
public sealed record DataSplits(
    ImageSet Train, ImageSet Selection, ImageSet Unseen, ImageSet Test,
    Normalization Normalization, Augmentation Augmentation, string Fingerprint)
{
    /// <inheritdoc cref="DataParts.Notes"/>
    public ImmutableArray<string> Notes { get; init; } = [];
}
