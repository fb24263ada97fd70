using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Devices;
using CPrune.Tuning.Records;
using CPrune.Tuning.Variants;
using CsCheck;

namespace CPrune.Tuning.Tests.Records;

/// <summary>Random records of few programs, so that the same program is often measured twice.</summary>
internal static class SomeRecords
{
    private static readonly string[] Targets = ["triple/cpu/+avx2/t1", "triple/cpu/+avx2/t2", "triple/other//t1"];

    public static Gen<TuningRecord> One { get; } = Gen.Select(
        Gen.Int[0, 2], Gen.Bool,
        Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[0, 5], Gen.Int[0, 3], Record);

    public static Gen<RecordContents> Contents { get; } = Gen.Select(
        One.Array[0, 12], Gen.Select(One, Gen.Int[1, 99]).Array[0, 3], One.Array[0, 3],
        (records, efforts, choices) => new RecordContents(
            [.. records], [.. efforts.Select(e => new WorkloadEffort(e.Item1.Conditions, e.Item1.Workload, e.Item2))])
        {
            Choices = [.. choices.Select(c => new NotedChoice(c.Conditions, $"m{c.Shape.Extents[0]}", Choice(c.Latency?.Median ?? 0), c.MeasuredAt))],
        });

    /// <summary>Chains, where they are faster than kernels one by one.</summary>
    public static ModelChoice Choice(double faster)
    {
        var chains = ModelVariant.Plain with { InChains = true };
        return new ModelChoice(
            faster > 0 ? chains : ModelVariant.Plain, ModelVariant.Plain, [new VariantTime(chains, 1 - faster, 1 - 2 * faster, 1 + faster / 2, IsTuned: true)]);
    }

    private static TuningRecord Record(int target, bool cold, int workload, int factor, int microseconds, int day) => new(
        new Conditions(Targets[target], cold ? CacheState.Cold : CacheState.Warm), $"w{workload}", $"split oc {factor}",
        microseconds == 0 ? null : new LatencyEstimate(microseconds * 1e-6, microseconds * 0.9e-6, microseconds * 1.1e-6, 12),
        microseconds == 0 ? "Crashed: killed by \"SIGSEGV\"\n" : null,
        new DateTimeOffset(2026, 1, 1 + day, 0, 0, 0, TimeSpan.Zero))
    {
        Shape = new WorkloadShape("Sum lane oc | oc oh", [16 * workload, 8]),
        ControlSeconds = microseconds == 0 ? null : 1e-4 + microseconds * 1e-6,
        Features = microseconds == 0 ? [] : [factor, 0.1f],
    };
}
