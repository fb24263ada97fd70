namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Room behind the channels of every pixel of an image. Pixels that lie a multiple of 512 bytes apart share few of a first-level cache's sets, so that the rows and
/// columns of a window evict each other; one cache line more, and they spread over all of them.
/// </summary>
internal static class PixelPitch
{
    /// <summary>Floats of a cache line.</summary>
    private const int Line = 16;

    /// <summary>Channels at whose multiples pixels share an eighth of the sets or less.</summary>
    private const int Conflicting = 8 * Line;

    /// <summary>The extents of the buffer that an image of these is kept in.</summary>
    public static ActivationExtents Of(ActivationExtents image) =>
        image.Columns > 1 && image.Channels % Conflicting == 0 ? image with { Channels = image.Channels + Line } : image;
}
