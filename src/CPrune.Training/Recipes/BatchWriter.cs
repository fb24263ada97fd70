using CPrune.Training.Data;

namespace CPrune.Training.Recipes;

/// <summary>Writes images into batches: crops, mirrors and normalises bytes in one go, through a table of 256 values a channel.</summary>
internal sealed class BatchWriter
{
    private readonly ImageSet _images;
    private readonly float[][] _values;

    public BatchWriter(ImageSet images, Normalization normalization)
    {
        _images = images;
        var own = normalization.ForChannels(images.Channels);
        _values = [.. Enumerable.Range(0, images.Channels).Select(c =>
            Enumerable.Range(0, 256).Select(pixel => ((pixel / 255f) - own.Mean[c]) / own.Std[c]).ToArray())];
    }

    /// <summary>The images at the given positions, as they are.</summary>
    public Batch Plain(ReadOnlySpan<int> indices)
    {
        var batch = Allocate(indices.Length);
        for (var i = 0; i < indices.Length; i++) Write(batch, i, indices[i], 0, 0, mirror: false);
        return batch;
    }

    /// <summary>The images at the given positions, each shifted and mirrored at random.</summary>
    public Batch Augmented(ReadOnlySpan<int> indices, Augmentation augmentation, Random random)
    {
        var batch = Allocate(indices.Length);
        var (pad, shifts) = (augmentation.PadPixels, (2 * augmentation.PadPixels) + 1);
        for (var i = 0; i < indices.Length; i++)
        {
            var (down, right) = (random.Next(shifts) - pad, random.Next(shifts) - pad);
            Write(batch, i, indices[i], down, right, augmentation.Mirror && random.Next(2) == 1);
        }

        return batch;
    }

    private Batch Allocate(int count) => new(new float[count * _images.PixelsPerImage], new long[count]);

    /// <summary>What lies outside the image counts as black, as in a picture padded before it is normalised.</summary>
    private void Write(Batch batch, int position, int index, int down, int right, bool mirror)
    {
        var (channels, height, width) = (_images.Channels, _images.Height, _images.Width);
        var source = _images.Image(index);
        var destination = batch.Pixels.AsSpan(position * _images.PixelsPerImage, _images.PixelsPerImage);
        batch.Labels[position] = _images.Labels[index];
        for (var c = 0; c < channels; c++)
        {
            var values = _values[c];
            var plane = source.Slice(c * height * width, height * width);
            for (var y = 0; y < height; y++)
            {
                var row = y + down;
                var inside = row >= 0 && row < height;
                for (var x = 0; x < width; x++)
                {
                    var column = (mirror ? width - 1 - x : x) + right;
                    var pixel = inside && column >= 0 && column < width ? plane[(row * width) + column] : (byte)0;
                    destination[(((y * width) + x) * channels) + c] = values[pixel];
                }
            }
        }
    }
}
