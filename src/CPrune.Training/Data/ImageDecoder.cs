using SkiaSharp;

namespace CPrune.Training.Data;

/// <summary>PNG and JPEG files as C×H×W bytes.</summary>
internal static class ImageDecoder
{
    /// <summary>Width and height without decoding.</summary>
    /// <exception cref="InvalidDataException">Not an image.</exception>
    public static (int Width, int Height) SizeOf(byte[] file)
    {
        using var codec = CodecOf(file);
        return (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>
    /// Decodes, scales so that the image just covers <paramref name="width"/> × <paramref name="height"/> (for a square: the shorter side fits), and crops the centre.
    /// Grey becomes three equal channels; transparent parts become black.
    /// </summary>
    /// <param name="destination">3 × height × width bytes.</param>
    /// <exception cref="InvalidDataException">Not an image, or not a whole one.</exception>
    public static void Decode(byte[] file, int width, int height, Span<byte> destination)
    {
        using var codec = CodecOf(file);
        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        // A truncated file gives "incomplete input" and half a picture: refused, not learned from.
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw new InvalidDataException($"decoding ended with '{result}'");
        var scale = Math.Max((double)width / bitmap.Width, (double)height / bitmap.Height);
        if (scale == 1)
        {
            CropCentre(bitmap, width, height, destination);
            return;
        }

        var (scaledWidth, scaledHeight) = (Math.Max(width, (int)Math.Round(bitmap.Width * scale)), Math.Max(height, (int)Math.Round(bitmap.Height * scale)));
        using var scaled = bitmap.Resize(bitmap.Info.WithSize(scaledWidth, scaledHeight), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new InvalidDataException("scaling failed");
        CropCentre(scaled, width, height, destination);
    }

    private static SKCodec CodecOf(byte[] file) =>
        SKCodec.Create(new SKMemoryStream(file)) ?? throw new InvalidDataException("neither PNG nor JPEG");

    private static void CropCentre(SKBitmap bitmap, int width, int height, Span<byte> destination)
    {
        var pixels = bitmap.GetPixelSpan();
        var (left, top, plane) = ((bitmap.Width - width) / 2, (bitmap.Height - height) / 2, width * height);
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice(((top + y) * bitmap.RowBytes) + (left * 4), width * 4);
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    destination[(c * plane) + (y * width) + x] = row[(x * 4) + c];
        }
    }
}
