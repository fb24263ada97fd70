using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Graph.Building;
using CPrune.Tuning.Records;
using Window = CPrune.Graph.Building.Window;

namespace CPrune.Tuning.Tests.Tuners;

/// <summary>Tuning and comparing on this machine, with everything real.</summary>
public sealed class RealDeviceTests : IAsyncDisposable
{
    private static readonly ModelPlan Plan = SmallNet();

    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-device-").FullName;
    private readonly SqliteRecordStore _records = SqliteRecordStore.InMemory();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_program_of_a_tuning_is_right(int threads)
    {
        await using var device = new HostDevice(Targets.Host(threads), TimeProvider.System);
        var result = await new Tuner(device, _records, TimeProvider.System).TuneAsync(
            Plan.Tasks, new TuningOptions(24, null, 1, new Dictionary<string, Schedule>()), null, TestContext.Current.CancellationToken);
        Assert.Equal(Plan.Tasks.Length, result.Tasks.Count);
        Assert.All(Plan.Tasks.SelectMany(t => _records.For(Conditions.Of(device), t.Key)), r => Assert.Null(r.Failure));
        Assert.All(result.Tasks, t => Assert.InRange(t.Latency.Median, 1e-9, 0.1));
        new ModelCompiler(device.Target).Compile(Plan, result.Schedules(), Library("tuned"), headerPath: null);
    }

    /// <summary>A dense layer of 800 kB of weights: from memory they take several times as long as from the second cache.</summary>
    [Fact]
    public async Task Cold_caches_make_a_kernel_slower_that_reads_much()
    {
        var net = new GraphBuilder("dense", seed: 1);
        var task = ModelPlan.Of(net.Build(net.Dense(net.Flatten(net.Input(8, 8, 8)), 400))).Tasks.Single(t => t.Computation.Has("ic"));
        async Task<double> Seconds(CacheState caches)
        {
            await using var device = new HostDevice(Targets.Host(), TimeProvider.System, caches: caches);
            var measured = await device.MeasureKernelsAsync(
                task.Computation, [DefaultSchedule.For(task.Computation, device.Target)], new MeasureOptions(null, TimeSpan.FromSeconds(30)),
                TestContext.Current.CancellationToken);
            return Assert.IsType<Measurement.Ok>(measured.Single()).Latency.Median;
        }

        var (warm, cold) = (await Seconds(CacheState.Warm), await Seconds(CacheState.Cold));
        Assert.True(cold > 1.3 * warm, $"warm {warm}, cold {cold}");
    }

    [Fact]
    public async Task A_comparison_tells_a_slow_model_from_a_fast_one_and_a_model_from_itself()
    {
        await using var device = new HostDevice(Targets.Host(), TimeProvider.System);
        var compiler = new ModelCompiler(device.Target);
        var scalar = Plan.Tasks.Where(t => t.Computation.Has("ic")).ToDictionary(
            t => t.Key, t => new Schedule([new Primitive.Reorder([.. t.Computation.Axes.Select(a => a.Name)])]));
        compiler.Compile(Plan, scalar, Library("slow"), headerPath: null);
        compiler.Compile(Plan, new Dictionary<string, Schedule>(), Library("fast"), headerPath: null);
        compiler.Compile(Plan, new Dictionary<string, Schedule>(), Library("again"), headerPath: null);
        // Other work on the machine only makes these take longer: each stops once it has been decided.
        var options = new CompareOptions(0.2, TimeSpan.FromSeconds(30), DecidedAt: 1.5);
        var slower = await device.CompareModelsAsync(Library("fast"), Library("slow"), options, TestContext.Current.CancellationToken);
        Assert.True(slower.Low > 1.5, $"{slower}");
        var same = await device.CompareModelsAsync(Library("fast"), Library("again"), options, TestContext.Current.CancellationToken);
        Assert.True(same.High < 1.5, $"{same}");
        Assert.InRange(same.Ratio, 0.75, 1.33);
        // In the same unit; two times from different moments say no more than that.
        var alone = await device.MeasureModelAsync(Library("fast"), options, TestContext.Current.CancellationToken);
        Assert.InRange(alone.Median, same.Old.Median / 100, same.Old.Median * 100);
    }

    public ValueTask DisposeAsync()
    {
        _records.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Library(string name) => Path.Combine(_folder, $"{name}.so");

    private static ModelPlan SmallNet()
    {
        var net = new GraphBuilder("small", seed: 1);
        var x = net.Relu(net.Conv(net.Input(3, 16, 16), 24, Window.Same(3)));
        x = net.Relu(net.Depthwise(x, Window.Same(3, stride: 2)));
        x = net.MaxPool(net.Relu(net.Conv(x, 20, Window.Same(1), bias: true)), Window.Valid(2, 2));
        return ModelPlan.Of(net.Build(net.Dense(net.Flatten(x), 10)));
    }
}
