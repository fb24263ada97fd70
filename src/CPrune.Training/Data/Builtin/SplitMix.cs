namespace CPrune.Training.Data.Builtin;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a stream of its own for every image, so that images can be made in any order and on
/// any machine with the same result.
/// </summary>
internal struct SplitMix(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state = seed;

    /// <summary>The stream of image number <paramref name="index"/>.</summary>
    public static SplitMix ForImage(ulong seed, int index)
    {
        var mixer = new SplitMix(seed + ((ulong)index * Golden));
        return new(mixer.Next());
    }

    public ulong Next()
    {
        _state += Golden;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴ and therefore exact.</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    public float Between(float low, float high) => low + ((high - low) * Unit());

    public int Below(int limit) => (int)(Unit() * limit);

    public bool Chance(float probability) => Unit() < probability;

    /// <summary>Nearly normal, mean 0 and deviation 1: four 16-bit uniforms of one draw.</summary>
    public float Bell()
    {
        var bits = Next();
        var sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        return (sum - 131_070f) * (1.7320508f / 65_536f);
    }
}
