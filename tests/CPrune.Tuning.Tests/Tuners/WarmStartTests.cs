using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.Tuners;

/// <summary>One channel count changed, as by a cut: what is known of the workload as it was brings the new one back in few trials.</summary>
public class WarmStartTests
{
    private const int FullSearch = 96, FewTrials = 8;

    private static readonly (TuningTask Known, TuningTask Changed)[] Pairs =
    [
        (TestTasks.Conv(64, 64, 14), TestTasks.Conv(56, 64, 14)), (TestTasks.Conv(64, 64, 14), TestTasks.Conv(64, 48, 14)),
        (TestTasks.Conv(128, 64, 14), TestTasks.Conv(112, 64, 14)), (TestTasks.Conv(128, 32, 7), TestTasks.Conv(104, 32, 7)),
        (TestTasks.Conv(32, 128, 8), TestTasks.Conv(32, 96, 8)), (TestTasks.Conv(48, 48, 28), TestTasks.Conv(40, 48, 28)),
        (TestTasks.Conv(96, 16, 10), TestTasks.Conv(81, 16, 10)), (TestTasks.Conv(64, 64, 7), TestTasks.Conv(37, 64, 7)),
    ];

    [Fact]
    public async Task Few_trials_with_records_of_a_similar_workload_find_what_a_full_search_finds()
    {
        var (told, warmed, alone) = (new List<string>(), new List<double>(), new List<double>());
        foreach (var (known, changed) in Pairs)
        {
            for (var seed = 0; seed < 3; seed++)
            {
                var full = await BestAsync([changed], FullSearch, seed);
                warmed.Add(await BestAsync([known, changed], FullSearch, seed) / full);
                alone.Add(await BestAsync([changed], FewTrials, seed) / full);
                told.Add($"{Sizes(known)} -> {Sizes(changed)}, seed {seed}: {warmed[^1]:0.000}, without records {alone[^1]:0.000}");
            }
        }

        // A full search of so rugged a space is now and then unlucky itself, on either side.
        Assert.True(GeometricMean(warmed) <= 1.03 && warmed.Count(w => w <= 1.03) > warmed.Count / 2, string.Join('\n', told.Append($"{GeometricMean(warmed):0.000}")));
        Assert.True(GeometricMean(alone) > 1.2, $"{GeometricMean(alone)}: the searches are too easy to tell anything");
    }

    [Fact]
    public async Task The_nearest_workload_s_fastest_programs_are_measured_first()
    {
        using var records = SqliteRecordStore.InMemory();
        var device = new FakeDevice(Targets.Wide());
        var tuner = new Tuner(device, records, new ManualTime());
        foreach (var known in (TuningTask[])[TestTasks.Conv(256), TestTasks.Conv(64)]) await TuneAsync(tuner, known, 32);
        var before = device.Measured.Count;
        var changed = TestTasks.Conv(56);
        await TuneAsync(tuner, changed, FewTrials);

        var conditions = Conditions.Of(device);
        var near = records.Similar(conditions, changed.Key, WorkloadShape.Of(changed.Computation), 2, 3).Select(r => r.Schedule).ToList();
        var measured = device.Measured.Skip(before).Select(m => m.Schedule).ToList();
        Assert.Equal(DefaultSchedule.For(changed.Computation, device.Target).ToString(), measured[0]);
        Assert.Subset(measured.Take(6).ToHashSet(), near.Take(4).ToHashSet());
    }

    private static Task<TuningResult> TuneAsync(Tuner tuner, TuningTask task, int trials) => tuner.TuneAsync(
        [task], new TuningOptions(trials, null, 1, new Dictionary<string, Schedule>()), null, TestContext.Current.CancellationToken);

    private static string Sizes(TuningTask task) => string.Join('×', task.Computation.Axes.Select(a => a.Extent));

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    /// <summary>Tunes all in turn, each but the first with few trials, and gives the last one's time.</summary>
    private static async Task<double> BestAsync(IReadOnlyList<TuningTask> tasks, int trials, int seed)
    {
        using var records = SqliteRecordStore.InMemory();
        var device = new FakeDevice(Targets.Wide()) { CountsWaste = true };
        TuningResult? result = null;
        foreach (var task in tasks)
        {
            var options = new TuningOptions(result is null ? trials : FewTrials, null, seed, new Dictionary<string, Schedule>());
            result = await new Tuner(device, records, new ManualTime()).TuneAsync([task], options, null, TestContext.Current.CancellationToken);
        }

        return device.Seconds(tasks[^1].Computation, result!.Tasks[0].Schedule);
    }
}
