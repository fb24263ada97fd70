using CPrune.Devices;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary>Conditions for people: a target's key holds every feature of the processor.</summary>
internal static class ConditionsText
{
    /// <summary>For example <c>znver4 (x86_64-unknown-linux-gnu), 2 threads, cold caches</c>.</summary>
    public static string Of(Conditions conditions)
    {
        var caches = conditions.Caches == CacheState.Cold ? ", cold caches" : "";
        return conditions.TargetKey.Split('/') is [var triple, var cpu, _, ['t', .. var threads]]
            ? $"{cpu} ({triple}), {threads} thread{(threads == "1" ? "" : "s")}{caches}"
            : conditions.TargetKey + caches;
    }
}
