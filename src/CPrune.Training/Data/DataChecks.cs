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
}
