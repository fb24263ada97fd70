using System.Runtime.InteropServices;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>Tables of one tile each, at addresses that no vector straddles.</summary>
internal sealed unsafe class TileMemory : IDisposable
{
    private const nuint CacheLine = 64;

    private readonly int _length;
    private float* _memory;

    /// <summary>All zero.</summary>
    public TileMemory(ChannelTiles tiles, int tables)
    {
        _length = tiles.TileLength;
        var bytes = (nuint)(tables * _length) * sizeof(float);
        _memory = (float*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear(_memory, bytes);
    }

    /// <summary>Tables that hold each channel's number at its places.</summary>
    public static TileMemory Of(ChannelTiles tiles, params ReadOnlySpan<float[]> byChannel)
    {
        var memory = new TileMemory(tiles, byChannel.Length);
        for (var i = 0; i < byChannel.Length; i++) tiles.Spread(byChannel[i], memory.Table(i));
        return memory;
    }

    ~TileMemory() => Release();

    public float* this[int table] => _memory + (table * _length);

    public Span<float> Table(int table) => new(this[table], _length);

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
