namespace CPrune.Training.Data.Builtin;

/// <summary>A 32 × 32 picture in the making.</summary>
internal sealed class Canvas
{
    public const int Size = 32;

    private Colour[] _pixels = new Colour[Size * Size];
    private Colour[] _blurred = new Colour[Size * Size];

    public Colour this[int x, int y]
    {
        get => _pixels[(y * Size) + x];
        set => _pixels[(y * Size) + x] = value;
    }

    /// <summary>A cross-shaped blur: each pixel gives <paramref name="strength"/> of itself to its four neighbours.</summary>
    public void Blur(float strength)
    {
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var pair = Colour.Mix(this[Math.Max(0, x - 1), y], this[Math.Min(Size - 1, x + 1), y], 0.5f);
                var other = Colour.Mix(this[x, Math.Max(0, y - 1)], this[x, Math.Min(Size - 1, y + 1)], 0.5f);
                _blurred[(y * Size) + x] = Colour.Mix(this[x, y], Colour.Mix(pair, other, 0.5f), strength);
            }
        }

        (_pixels, _blurred) = (_blurred, _pixels);
    }

    /// <summary>Adds noise of the given deviation and writes 3 × 32 × 32 bytes.</summary>
    public void Write(ref SplitMix random, float noise, Span<byte> destination)
    {
        for (var i = 0; i < _pixels.Length; i++)
        {
            destination[i] = Byte(_pixels[i].Red + (noise * random.Bell()));
            destination[i + _pixels.Length] = Byte(_pixels[i].Green + (noise * random.Bell()));
            destination[i + (2 * _pixels.Length)] = Byte(_pixels[i].Blue + (noise * random.Bell()));
        }
    }

    private static byte Byte(float value) => (byte)((Math.Clamp(value, 0f, 1f) * 255f) + 0.5f);
}
