using System.Globalization;
using SkiaSharp;

namespace CPrune.Training.Data;

/// <summary>Image files as C×H×W bytes. As with torchvision and PIL, transparency is dropped, and an orientation in EXIF is not applied.</summary>
internal static class ImageDecoder
{
    /// <summary>More in one image is taken for an attack, as PIL does (twice its <c>MAX_IMAGE_PIXELS</c>).</summary>
    private const long MostPixels = 178_956_970;

    /// <summary>Width and height without decoding.</summary>
    /// <exception cref="InvalidDataException">Not an image.</exception>
    public static (int Width, int Height) SizeOf(byte[] file)
    {
        if (TiffDecoder.Recognises(file)) return TiffDecoder.SizeOf(file);
        using var codec = CodecOf(file);
        return (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>
    /// Decodes, scales so that the image just covers <paramref name="width"/> × <paramref name="height"/> (for a square: the shorter side fits), and crops the centre.
    /// Grey becomes three equal channels; transparent parts show the colour that is stored for them.
    /// </summary>
    /// <param name="destination">3 × height × width bytes.</param>
    /// <exception cref="InvalidDataException">Not an image, or not a whole one.</exception>
    public static void Decode(byte[] file, int width, int height, Span<byte> destination)
    {
        using var bitmap = TiffDecoder.Recognises(file) ? TiffDecoder.Decode(file) : DecodeBySkia(file);
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

    /// <exception cref="InvalidDataException">So many pixels that the file is taken for an attack.</exception>
    internal static void CheckSize(int width, int height)
    {
        if ((long)width * height > MostPixels)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it has {width}x{height} pixels, and {MostPixels:N0} are the most"));
    }

    private static SKBitmap DecodeBySkia(byte[] file)
    {
        using var codec = CodecOf(file);
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        // A truncated file gives "incomplete input" and half a picture: refused, not learned from.
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is var result and not SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidDataException($"decoding ended with '{result}'");
        }

        return bitmap;
    }

    private static SKCodec CodecOf(byte[] file)
    {
        var codec = SKCodec.Create(new SKMemoryStream(file)) ?? throw new InvalidDataException("not an image of a known kind, or damaged");
        try
        {
            CheckSize(codec.Info.Width, codec.Info.Height);
            return codec;
        }
        catch (InvalidDataException)
        {
            codec.Dispose();
            throw;
        }
    }

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
