using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Training.Data;

/// <summary>Labelled images of one size, decoded once and kept as bytes. Pixels are C×H×W per image, image after image.</summary>
public sealed record ImageSet(int Channels, int Height, int Width, ReadOnlyMemory<byte> Pixels, ImmutableArray<int> Labels, ImmutableArray<string> ClassNames)
{
    public int Count => Labels.Length;

    public int PixelsPerImage => Channels * Height * Width;

    public ReadOnlySpan<byte> Image(int index) => Pixels.Span.Slice(index * PixelsPerImage, PixelsPerImage);

    /// <summary>The images at the given positions, in that order.</summary>
    public ImageSet Take(IReadOnlyList<int> indices)
    {
        var pixels = new byte[indices.Count * PixelsPerImage];
        for (var i = 0; i < indices.Count; i++) Image(indices[i]).CopyTo(pixels.AsSpan(i * PixelsPerImage));
        return this with { Pixels = pixels, Labels = [.. indices.Select(i => Labels[i])] };
    }
}

/// <summary><c>(pixel / 255 − mean) / std</c> per channel.</summary>
public sealed record Normalization(ImmutableArray<float> Mean, ImmutableArray<float> Std)
{
    /// <summary>ImageNet's statistics, the most common default of colour classifiers.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>The same for a set of that many channels: one value serves all, and three serve grey by their mean.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Data"/>: as many values as neither one nor the channels, or a deviation of zero.</exception>
    public Normalization ForChannels(int channels)
    {
        if (Mean.Length != Std.Length || Std.Any(s => !(s > 0)))
            throw DataErrors.Of("normalisation needs as many deviations as means, all above zero.");
        if (Mean.Length == channels) return this;
        if (Mean.Length == 1) return new([.. Enumerable.Repeat(Mean[0], channels)], [.. Enumerable.Repeat(Std[0], channels)]);
        if (channels == 1) return new([Mean.Average()], [Std.Average()]);
        throw DataErrors.Of($"normalisation has {Mean.Length} means for images of {channels} channels; give one or {channels}.");
    }

    /// <summary>Writes one image as NCHW floats.</summary>
    public void Apply(ReadOnlySpan<byte> image, int channels, Span<float> destination)
    {
        var plane = image.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var (scale, shift) = (1f / (255f * Std[c]), Mean[c] / Std[c]);
            for (var i = c * plane; i < (c + 1) * plane; i++) destination[i] = (image[i] * scale) - shift;
        }
    }
}

/// <summary>Random crop after zero padding by <see cref="PadPixels"/>, and a horizontal mirror with probability one half.</summary>
public sealed record Augmentation(int PadPixels, bool Mirror);
