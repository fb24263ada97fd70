namespace CPrune.Training.Data;

/// <summary>Grey images for colour models and the other way round.</summary>
internal static class ChannelConversion
{
    /// <summary>Grey repeated into three channels, or luma (ITU-R BT.601) out of three; null keeps the set as it is.</summary>
    public static ImageSet ToChannels(this ImageSet set, int? channels) => (set.Channels, channels) switch
    {
        (_, null) => set,
        var (have, want) when have == want => set,
        (1, 3) => set with { Channels = 3, Pixels = Convert(set, 3, Repeat) },
        (3, 1) => set with { Channels = 1, Pixels = Convert(set, 1, Luma) },
        _ => throw DataErrors.Of($"images of {set.Channels} channel(s) cannot be shown to a model that wants {channels}; a model of 1 or 3 channels is needed."),
    };

    private delegate void ImageConversion(ReadOnlySpan<byte> from, Span<byte> to);

    private static byte[] Convert(ImageSet set, int channels, ImageConversion convert)
    {
        var size = channels * set.Height * set.Width;
        var pixels = new byte[set.Count * size];
        for (var i = 0; i < set.Count; i++) convert(set.Image(i), pixels.AsSpan(i * size, size));
        return pixels;
    }

    private static void Repeat(ReadOnlySpan<byte> grey, Span<byte> colour)
    {
        for (var c = 0; c < 3; c++) grey.CopyTo(colour[(c * grey.Length)..]);
    }

    private static void Luma(ReadOnlySpan<byte> colour, Span<byte> grey)
    {
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)(((299 * colour[i]) + (587 * colour[i + grey.Length]) + (114 * colour[i + (2 * grey.Length)]) + 500) / 1000);
    }
}
