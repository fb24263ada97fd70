namespace CPrune.Pruning.Runs;

/// <summary>How long the paper trains (section 4.1): 5 epochs after each cut and 100 at the end on CIFAR-10, 1 and 20 on ImageNet.</summary>
/// <param name="Short">Images after each cut.</param>
/// <param name="Long">Images at the end.</param>
internal sealed record PaperEpochs(long Short, long Long)
{
    /// <summary>Training images from which a data set counts as one of ImageNet's size; CIFAR-10 has 50,000, ImageNet 1,281,167.</summary>
    private const int ImageNetSize = 500_000;

    /// <param name="images">Training images of the data set.</param>
    public static PaperEpochs For(long images) => images < ImageNetSize ? new(5 * images, 100 * images) : new(images, 20 * images);
}
