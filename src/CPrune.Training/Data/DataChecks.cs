using CPrune.Graph;

namespace CPrune.Training.Data;

/// <summary>Checks of data against a model.</summary>
public static class DataChecks
{
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: a label at or above the model's number of classes.</exception>
    public static void LabelsFit(ImageSet set, int classes)
    {
        var index = set.Labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        if (index >= 0)
            throw DataErrors.Of($"image {index} has label {set.Labels[index]}, but the model has {classes} classes (0 to {classes - 1}); use data with the model's labels.");
    }

    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: channels or size other than the model's input; kind <see cref="UserErrorKind.Model"/>: no image input.</exception>
    public static void ImagesFit(ImageSet set, ModelGraph graph)
    {
        if (graph.Input.Shape is not [_, var channels, var height, var width])
            throw new UserErrorException(UserErrorKind.Model, $"the model's input '{graph.Input.Name}' has {graph.Input.Shape.Length} axes; an image classifier's has 4 (N, C, H, W).");
        if ((channels.Value ?? set.Channels) != set.Channels || (height.Value ?? set.Height) != set.Height || (width.Value ?? set.Width) != set.Width)
            throw DataErrors.Of($"the images are {set.Channels}x{set.Height}x{set.Width}, but the model's input '{graph.Input.Name}' is {channels}x{height}x{width}; use data of that size.");
    }
}
