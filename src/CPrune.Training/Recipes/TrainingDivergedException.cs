namespace CPrune.Training.Recipes;

/// <summary>The loss is no longer a number: a failed candidate, not a failed program. A smaller learning rate may help.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <param name="images">Images seen until then.</param>
    public TrainingDivergedException(long images) : base($"training diverged after {images} images: the loss is not a number; a smaller learning rate may help.") =>
        Images = images;

    public long Images { get; }
}
