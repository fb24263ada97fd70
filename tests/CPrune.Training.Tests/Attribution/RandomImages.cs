using CPrune.Graph;
using CPrune.Training.Attribution;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Attribution;

/// <summary>Images of noise, of the size of a model's input, whose labels go round.</summary>
internal static class RandomImages
{
    public static Normalization Normalization { get; } = new([0f], [1f]);

    public static ImageSample Sample(ModelGraph graph, int count)
    {
        var extents = graph.Input.Shape.Skip(1).Select(d => d.Value!.Value).ToArray();
        var classes = graph.Output.Shape[1].Value!.Value;
        var pixels = new byte[count * extents[0] * extents[1] * extents[2]];
        new Random(1).NextBytes(pixels);
        var images = new ImageSet(
            extents[0], extents[1], extents[2], pixels, [.. Enumerable.Range(0, count).Select(i => i % classes)], [.. Enumerable.Range(0, classes).Select(c => $"{c}")]);
        return new ImageSample(images, Normalization, count, 1);
    }

    /// <summary>The images of a sample as the model reads them.</summary>
    public static Tensor Values(ImageSample sample)
    {
        var images = sample.Images;
        var values = new float[images.Count * images.PixelsPerImage];
        for (var i = 0; i < images.Count; i++)
            Normalization.ForChannels(images.Channels).Apply(images.Image(i), images.Channels, values.AsSpan(i * images.PixelsPerImage, images.PixelsPerImage));
        return Tensor.Of(values, images.Count, images.Channels, images.Height, images.Width);
    }
}
