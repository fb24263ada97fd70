using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace CPrune.Training.Data;

/// <summary>The first picture of a TIFF file, which Skia does not know.</summary>
internal static class TiffDecoder
{
    static TiffDecoder() => Tiff.SetErrorHandler(new Silent());

    public static bool Recognises(ReadOnlySpan<byte> file) => file is [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..];

    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static (int Width, int Height) SizeOf(byte[] file)
    {
        using var tiff = Open(file);
        return SizeOf(tiff);
    }

    /// <summary>Decodes to RGBA.</summary>
    /// <exception cref="InvalidDataException">Damaged, or compressed in a way that is not known.</exception>
    public static SKBitmap Decode(byte[] file)
    {
        using var tiff = Open(file);
        var (width, height) = SizeOf(tiff);
        ImageDecoder.CheckSize(width, height);
        var pixels = new int[width * height];
        if (!tiff.ReadRGBAImageOriented(width, height, pixels, Orientation.TOPLEFT, stopOnError: true)) throw Damaged();
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        System.Runtime.InteropServices.Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        return bitmap;
    }

    private static Tiff Open(byte[] file) => Tiff.ClientOpen("image", "r", new MemoryStream(file), new TiffStream()) ?? throw Damaged();

    private static (int Width, int Height) SizeOf(Tiff tiff)
    {
        var (width, height) = (tiff.GetField(TiffTag.IMAGEWIDTH), tiff.GetField(TiffTag.IMAGELENGTH));
        return width is null || height is null || width[0].ToInt() < 1 || height[0].ToInt() < 1 ? throw Damaged() : (width[0].ToInt(), height[0].ToInt());
    }

    private static InvalidDataException Damaged() => new("it is a damaged TIFF file, or of a kind that is not known");

    /// <summary>What is wrong is said by an exception; the library would write it to the console.</summary>
    private sealed class Silent : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }
    }
}
