using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>What a data kind gives to train or evaluate on: everything decoded, and the kind's own defaults.</summary>
internal sealed record LabelledSource(ImageSet Train, ImageSet Test, Normalization Normalization, Augmentation Augmentation)
{
    /// <summary>What of the data was left out, or may be meant otherwise; sentences without their end.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
