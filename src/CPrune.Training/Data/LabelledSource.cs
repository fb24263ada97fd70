namespace CPrune.Training.Data;

/// <summary>What a data kind gives before the selection split is cut: everything decoded, and the kind's own defaults.</summary>
internal sealed record LabelledSource(ImageSet Train, ImageSet Test, Normalization Normalization, Augmentation Augmentation);
