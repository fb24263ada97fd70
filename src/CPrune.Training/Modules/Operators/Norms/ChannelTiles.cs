using System.Runtime.Intrinsics;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>
/// Rows of channels, seen as one flat array and walked in tiles of whole vectors. A tile is as long as channels take to begin with a
/// vector again, so that
/// the number at place k of any tile belongs to channel k mod C, whatever C is. Tiles are shared out in chunks that depend on nothing but
/// the lengths.
/// </summary>
internal sealed class ChannelTiles
{
    /// <summary>Sums that follow each other in a tile do not wait for each other; with fewer than this they would.</summary>
    private const int LeastVectors = 8;

    /// <summary>Enough that two or four threads end nearly together.</summary>
    private const int MostChunks = 16;

    /// <summary>Below, handing a chunk to another thread costs more than it saves.</summary>
    private const long LeastChunk = 1 << 15;

    private readonly long _length;
    private readonly long _chunkLength;

    /// <param name="length">Numbers in all: a multiple of <paramref name="channels"/>.</param>
    public ChannelTiles(long length, int channels)
    {
        (_length, Channels) = (length, channels);
        var vectors = channels / GreatestCommonDivisor(channels, Vector512<float>.Count);
        TileVectors = vectors * ((LeastVectors + vectors - 1) / vectors);
        TileLength = TileVectors * Vector512<float>.Count;
        var wanted = Math.Clamp(length / LeastChunk, 1, MostChunks);
        var tiles = (length + TileLength - 1) / TileLength;
        _chunkLength = (tiles + wanted - 1) / wanted * TileLength;
        Chunks = (int)((length + _chunkLength - 1) / _chunkLength);
    }

    public int Channels { get; }

    /// <summary>Numbers a channel has.</summary>
    public long Rows => _length / Channels;

    public int TileVectors { get; }

    public int TileLength { get; }

    public int Chunks { get; }

    /// <summary>Where a chunk begins, at the beginning of a tile, and how many numbers it has.</summary>
    public (long Start, long Length) Chunk(int chunk) => (chunk * _chunkLength, Math.Min(_chunkLength, _length - (chunk * _chunkLength)));

    /// <summary>Writes one number a channel to every place of a tile that belongs to it.</summary>
    public void Spread(ReadOnlySpan<float> byChannel, Span<float> tile)
    {
        for (var at = 0; at < TileLength; at += Channels)
            byChannel[..Math.Min(Channels, TileLength - at)].CopyTo(tile[at..]);
    }

    /// <summary>Adds up the places of a tile by channel.</summary>
    public void Fold(ReadOnlySpan<float> tile, Span<double> byChannel)
    {
        for (var (at, channel) = (0, 0); at < TileLength; at++, channel = channel + 1 == Channels ? 0 : channel + 1) byChannel[channel] += tile[at];
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
