using CPrune.Devices;
using CPrune.Reporting.Benching;

namespace CPrune.Reporting.Tests;

public class BenchTablesTests
{
    /// <summary>A machine of 100 GFLOP/s and 10 GB/s, a model of two convolutions and a pooling.</summary>
    private static BenchSetting Setting(CacheState caches = CacheState.Warm) => new(
        1, "target", caches, new MachineRoofline(1, 100e9, [new ReadRate("L1", 32768, 400e9), new ReadRate("memory", 1 << 27, 10e9)], 5_000_000),
        [
            new("cprune untuned", ContenderRole.Untuned, 5e-3, 2.5), new("cprune tuned", ContenderRole.Tuned, 2e-3, 1),
            new("ONNX Runtime 1", ContenderRole.Reference, 3e-3, 1.5),
        ],
        [
            new("conv a", ["a1", "a2"], 25_000_000, 20_000_000, 1_000_000, 6e-4, 7e-4, "split oc 16"),
            new("conv b", ["b"], 5_000_000, 5_000_000, 4_000_000, 4e-4, 5e-4, null),
            new("pool", ["p"], 0, 0, 0, 1e-5, 2e-5, null),
        ],
        new MemoryUse(196_800, 196_800), new MemoryUse(131_328, 1 << 20), null);

    [Fact]
    public void What_stays_in_the_cache_is_bound_by_arithmetic()
    {
        var setting = Setting();
        Assert.Equal(6_000_000, setting.WeightBytes);
        Assert.Equal(2 * 5e-4 + 1e-4, setting.RooflineSeconds, 9);
        Assert.Equal(2 * 4e-4 + 1e-4, setting.ImageRooflineSeconds, 9);
        Assert.Equal(
            [
                "Model 2.00 ms = kernels 1.92 ms and the rest 80.0 µs; the kernels alone take 1.61 ms.",
                "Least time of all tasks 1.10 ms: the model runs at 55.0 % of its roofline; 45.0 % without work on zero padding.",
            ],
            BenchTables.Totals(setting));
    }

    [Fact]
    public void What_does_not_stay_must_be_read_from_memory()
    {
        var setting = Setting(CacheState.Streamed);
        Assert.Equal(2 * 5e-4 + 4e-4, setting.RooflineSeconds, 9);
        Assert.StartsWith("The weights (5.72 MB) do not stay in the last cache (4.77 MB): every task", BenchTables.Streaming(setting), StringComparison.Ordinal);
        var roomy = setting with { Roofline = setting.Roofline with { LastLevelCacheBytes = 6_000_000 } };
        Assert.StartsWith("The weights (5.72 MB), or those of a larger way to compute the model, are too many to stay in a last cache (5.72 MB)", BenchTables.Streaming(roomy), StringComparison.Ordinal);
        Assert.StartsWith("The caches are emptied before every image: every task", BenchTables.Streaming(Setting(CacheState.Cold)), StringComparison.Ordinal);
        Assert.Equal(["", " mem", ""], BenchTables.Tasks(setting).Rows.Select(r => r[^2].EndsWith(" mem", StringComparison.Ordinal) ? " mem" : ""));
    }

    [Fact]
    public void Every_task_has_a_line()
    {
        var table = BenchTables.Tasks(Setting());
        Assert.Equal(["task", "×", "MACs", "alone", "in model", "share", "GFLOP/s", "unpadded", "of peak", "least time", "roofline"], table.Columns.Select(c => c.Title));
        Assert.Equal(["conv a", "2", "25.00 M", "600 µs", "700 µs", "72.9 %", "71.4", "57.1", "71 %", "500 µs", "71 %"], table.Rows[0]);
        Assert.Equal(["pool", "1", "", "10.0 µs", "20.0 µs", "1.0 %", "", "", "", "", ""], table.Rows[2]);
        Assert.Equal(["split oc 16", "default", "default"], BenchTables.Programs(Setting()).Rows.Select(r => r[1]));
    }

    [Fact]
    public void Kernels_of_a_task_stand_below_it()
    {
        var setting = Setting(CacheState.Warm);
        BenchKernel[] kernels = [new("winograd4 input", 1e-4, 2e-4, "split c 16"), new("winograd4 product", 3e-4, 5e-4, null)];
        setting = setting with { Tasks = setting.Tasks.SetItem(0, setting.Tasks[0] with { Kernels = [.. kernels] }) };
        var table = BenchTables.Tasks(setting);
        Assert.Equal(5, table.Rows.Length);
        Assert.Equal(["  winograd4 input", "", "", "100 µs", "200 µs", "20.8 %", "", "", "", "", ""], table.Rows[1]);
        Assert.Equal(["winograd4 input", "winograd4 product", "conv b", "pool"], BenchTables.Programs(setting).Rows.Select(r => r[0]));
        Assert.EndsWith("counted as the direct sum: it may exceed the peak.", BenchTables.Counting(setting), StringComparison.Ordinal);
        Assert.DoesNotContain("Winograd", BenchTables.Counting(Setting(CacheState.Warm)), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_told_of_both() => Assert.Equal(
        "Memory for activations: 192.2 kB; ONNX Runtime 1 keeps an arena of 1.00 MB and uses up to 128.3 kB of it.",
        BenchTables.Memory(Setting().Memory, Setting().ReferenceMemory, "ONNX Runtime 1"));

    [Fact]
    public void The_whole_models_variant_is_told_with_its_margin()
    {
        const string Chains = "channels last, in chains";
        var choice = new BenchChoice(
            Chains, "channels last, kernel by kernel",
            [new BenchVariant(Chains, 0.9, 0.89, 0.914, IsTuned: true), new BenchVariant("blocks of 16 channels, kernel by kernel", 1.2, 1.1, 1.3, IsTuned: false)]);
        Assert.Equal(
            [
                "Whole model: channels last, in chains.",
                "  channels last, in chains: time × 0.900 [0.890, 0.914] of channels last, kernel by kernel",
                "  blocks of 16 channels, kernel by kernel: time × 1.200 [1.100, 1.300] of channels last, kernel by kernel, both untuned: not tuned",
            ],
            BenchTables.Choice(choice));
        Assert.Empty(BenchTables.Choice(null));
    }

    [Fact]
    public void The_machine_is_told_in_one_line() => Assert.Equal(
        "Measured on 1 thread: 100.0 GFLOP/s at most; GB/s read: 400.0 from L1, 10.0 from memory.", BenchTables.Machine(Setting()));
}
