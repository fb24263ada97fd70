using CPrune.Devices;

namespace CPrune.Tuning.Records;

/// <summary>What a measured time is true for, and so what records are filed under: those of different conditions never meet.</summary>
/// <param name="TargetKey"><see cref="CPrune.Compiler.Targets.Target.Key"/>.</param>
public sealed record Conditions(string TargetKey, CacheState Caches)
{
    public static Conditions Of(IDevice device) => new(device.Target.Key, device.Caches);

    /// <summary>The target without its number of threads.</summary>
    public string Machine => TargetKey[..(TargetKey.LastIndexOf('/') + 1)];
}
