using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Devices.Host;

/// <summary>The caches data passes on its way to a core: L1 first, sizes in bytes.</summary>
internal sealed record CpuCaches(ImmutableArray<long> Levels)
{
    /// <summary>Assumed where the system says nothing.</summary>
    private const long UsualLastLevel = 32L << 20;

    /// <summary>What is so many times as large as a cache leaves nothing of itself there until its next turn.</summary>
    private const int Beyond = 2;

    /// <summary>
    /// Of the last cache, one part in so many is taken to hold a model's weights. Other cores, and neighbours on the machine, use it as well: of 25 MB of weights in a cache of 32 MB few stay from inference to inference, of 13 MB
    /// almost all.
    /// </summary>
    private const int Shared = 2;

    private const string FirstCore = "/sys/devices/system/cpu/cpu0/cache";

    public long LastLevel => Levels.IsEmpty ? UsualLastLevel : Levels[^1];

    /// <summary>The largest cache that a core has for itself, where there are levels enough to tell.</summary>
    public long Inner => Levels.Length > 1 ? Levels[^2] : LastLevel / 32;

    /// <summary>The state in which a model runs inference after inference.</summary>
    public CacheState StateOf(long modelWeightBytes) => modelWeightBytes > LastLevel / Shared ? CacheState.Streamed : CacheState.Warm;

    /// <summary>Bytes of weights that pass between two runs of one kernel, in copies of its own: enough that each run finds its weights where the state says.</summary>
    public long WeightSpan(CacheState state) => state switch
    {
        CacheState.Warm => Math.Min(Beyond * Beyond * Inner, LastLevel / Beyond),
        CacheState.Streamed => Beyond * LastLevel,
        _ => 0,
    };

    public static CpuCaches OfMachine() => Read(FirstCore);

    /// <summary>What Linux says of a core's caches: a folder <c>indexN</c> each with <c>level</c>, <c>type</c> and <c>size</c>.</summary>
    internal static CpuCaches Read(string folder)
    {
        if (!Directory.Exists(folder)) return new CpuCaches([]);
        return new CpuCaches([
            .. Directory.EnumerateDirectories(folder, "index*")
                .Where(index => Text(index, "type") is "Data" or "Unified")
                .Select(index => (Level: Text(index, "level"), Bytes: Bytes(Text(index, "size"))))
                .Where(cache => cache.Bytes > 0)
                .OrderBy(cache => cache.Level, StringComparer.Ordinal)
                .Select(cache => cache.Bytes),
        ]);
    }

    private static string Text(string index, string file)
    {
        var path = Path.Combine(index, file);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    /// <summary>For example <c>48K</c>; 0 for what is no size.</summary>
    private static long Bytes(string size)
    {
        var unit = size.Length > 0 ? size[^1] : '0';
        var scale = unit switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1L };
        var digits = scale == 1 ? size : size[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count * scale : 0;
    }
}
