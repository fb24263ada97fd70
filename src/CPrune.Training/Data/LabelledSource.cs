namespace CPrune.Training.Data;

/// <summary>What a data kind gives to train or evaluate on: everything decoded, and the kind's own defaults.</summary>
internal sealed record LabelledSource(ImageSet Train, ImageSet Test, Normalization Normalization, Augmentation Augmentation);
