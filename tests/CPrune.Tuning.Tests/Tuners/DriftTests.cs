using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.Tuners;

/// <summary>A machine whose speed changes while it tunes, told by the control kernel.</summary>
public sealed class DriftTests : IDisposable
{
    private const int Trials = 64;

    private readonly SqliteRecordStore _records = SqliteRecordStore.InMemory();

    [Fact]
    public async Task What_was_measured_during_a_slow_spell_is_measured_again()
    {
        var device = new FakeDevice(Targets.Wide()) { Slowness = n => n is (> 20 and < 24) or (> 40 and < 43) ? 1.1 : 1 };
        var records = await TuneAsync(device);
        Assert.All(records, r => Assert.Equal(Undisturbed(device, r), r.Latency!.Median, 1e-12));
        Assert.All(records, r => Assert.Equal(FakeDevice.UsualControlSeconds, r.ControlSeconds));
        Assert.InRange(device.Measured.Count, Trials + 3, Trials + 12);
    }

    [Fact]
    public async Task Small_changes_are_let_pass()
    {
        var device = new FakeDevice(Targets.Wide()) { Slowness = n => 1 + 0.02 * (n % 2) };
        await TuneAsync(device);
        Assert.InRange(device.Measured.Count, Trials, Trials + 3);
    }

    [Fact]
    public async Task A_machine_that_never_settles_is_measured_thrice_at_most_and_the_records_tell()
    {
        var random = new Random(1);
        var device = new FakeDevice(Targets.Wide()) { Slowness = _ => 0.75 + 0.5 * random.NextDouble() };
        var records = await TuneAsync(device);
        Assert.InRange(device.Measured.Count, Trials * 2, Trials * 3 + 9);
        Assert.All(records, r => Assert.Equal(Undisturbed(device, r) * r.ControlSeconds!.Value / FakeDevice.UsualControlSeconds, r.Latency!.Median, 1e-12));
        var departures = records.Select(r => Math.Abs(r.ControlSeconds!.Value / FakeDevice.UsualControlSeconds - 1)).Order().ToList();
        Assert.InRange(departures[departures.Count / 2], 0, 0.08);
    }

    [Fact]
    public async Task A_machine_that_is_slower_for_good_becomes_the_usual_one()
    {
        var device = new FakeDevice(Targets.Wide()) { Slowness = n => n > 30 ? 1.1 : 1 };
        await TuneAsync(device, trials: 128);
        Assert.InRange(device.Measured.Count, 128, 128 + 40);
        Assert.Distinct(device.Measured.Skip(80).Take(60));
    }

    public void Dispose() => _records.Dispose();

    private static double Undisturbed(FakeDevice device, TuningRecord record) => device.Seconds(TestTasks.Conv(64).Computation, Schedule.Parse(record.Schedule));

    private async Task<IReadOnlyList<TuningRecord>> TuneAsync(FakeDevice device, int trials = Trials)
    {
        var task = TestTasks.Conv(64);
        await new Tuner(device, _records, new ManualTime()).TuneAsync(
            [task], new TuningOptions(trials, null, 1, new Dictionary<string, Schedule>()), null, TestContext.Current.CancellationToken);
        return _records.For(Conditions.Of(device), task.Key);
    }
}
