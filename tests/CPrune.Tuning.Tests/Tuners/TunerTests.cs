using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Tuning.Records;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Tests.Tuners;

public sealed class TunerTests : IDisposable
{
    private readonly SqliteRecordStore _records = SqliteRecordStore.InMemory();
    private readonly FakeDevice _device = new(Targets.Wide());

    [Fact]
    public async Task Search_beats_random_programs_at_equal_trials()
    {
        const int trials = 96;
        var task = TestTasks.Conv(64, size: 14);
        List<double> searched = [], random = [];
        for (var seed = 0; seed < 5; seed++)
        {
            using var records = SqliteRecordStore.InMemory();
            var device = new FakeDevice(Targets.Wide());
            var result = await TuneAsync(device, records, [task], trials, seed);
            searched.Add(device.Seconds(task.Computation, result.Tasks[0].Schedule));
            random.Add(BestOfRandom(task, trials, seed));
        }

        var gain = random.Average() / searched.Average();
        Assert.True(gain > 1.1, $"searched {string.Join(' ', searched)}, random {string.Join(' ', random)}");
    }

    [Fact]
    public async Task The_heavy_task_gets_more_trials()
    {
        var light = TestTasks.Conv(16);
        var heavy = TestTasks.Conv(64, multiplicity: 8);
        var result = await TuneAsync(_device, _records, [light, heavy], 80);
        Assert.Equal(80, result.Trials);
        Assert.True(result.Tasks[1].Trials > 2 * result.Tasks[0].Trials, $"{result.Tasks[0].Trials} and {result.Tasks[1].Trials}");
    }

    [Fact]
    public async Task A_copy_is_measured_once_and_the_others_get_its_trials()
    {
        var input = new BufferSpec("x", BufferRole.Activation, [8, 8, 64]);
        var copy = TestTasks.Of(Samples.Elementwise(8, 8, 32, [input], new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")])) with
        {
            Epilogue = new Expr.Accumulator(),
        });
        var result = await TuneAsync(_device, _records, [TestTasks.Conv(16), copy], 40);
        Assert.Equal([39, 1], result.Tasks.Select(t => t.Trials));
        Assert.Equal(DefaultSchedule.For(copy.Computation, Targets.Wide()), result.Tasks[1].Schedule);
    }

    [Fact]
    public async Task A_second_tuning_measures_nothing()
    {
        TuningTask[] tasks = [TestTasks.Conv(16), TestTasks.Conv(64)];
        var first = await TuneAsync(_device, _records, tasks, 40);
        var measured = _device.Measured.Count;
        var second = await TuneAsync(_device, _records, tasks, 40);
        Assert.Equal(0, second.Trials);
        Assert.Equal(measured, _device.Measured.Count);
        Assert.Equal(first.Schedules(), second.Schedules());
    }

    [Fact]
    public async Task An_interrupted_tuning_goes_on_where_it_was()
    {
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var interrupted = new FakeDevice(Targets.Wide()) { AfterBatch = () => { if (++batches == 3) stop.Cancel(); } };
        TuningTask[] tasks = [TestTasks.Conv(16), TestTasks.Conv(64)];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TuneAsync(interrupted, _records, tasks, 60, stop: stop));
        var before = interrupted.Measured.Count;
        var rest = await TuneAsync(_device, _records, tasks, 60);
        Assert.Equal(60, before + rest.Trials);
        Assert.Empty(interrupted.Measured.Intersect(_device.Measured.Take(rest.Trials)));
    }

    [Fact]
    public async Task More_trials_top_up()
    {
        TuningTask[] tasks = [TestTasks.Conv(64)];
        await TuneAsync(_device, _records, tasks, 20);
        Assert.Equal(60, (await TuneAsync(_device, _records, tasks, 80)).Trials);
    }

    [Fact]
    public async Task After_a_cut_the_preserved_program_is_measured_first_and_only_changed_tasks_take_trials()
    {
        var kept = TestTasks.Conv(16);
        var first = await TuneAsync(_device, _records, [kept, TestTasks.Conv(64)], 80);
        var cut = TestTasks.Conv(48);
        var preserved = first.Tasks[1].Schedule;
        var measured = _device.Measured.Count;
        var result = await new Tuner(_device, _records, new ManualTime()).TuneAsync(
            [kept, cut], new TuningOptions(16, null, 1, new Dictionary<string, Schedule> { [cut.Key] = preserved }), null, CancellationToken.None);
        Assert.Equal((cut.Key, preserved.ToString()), _device.Measured[measured]);
        Assert.Equal((0, 16), (result.Tasks[0].Trials, result.Tasks[1].Trials));
    }

    [Fact]
    public async Task Without_trials_every_task_has_still_been_measured()
    {
        var result = await TuneAsync(_device, _records, [TestTasks.Conv(16), TestTasks.Conv(64)], 0);
        Assert.Equal([1, 1], result.Tasks.Select(t => t.Trials));
    }

    [Fact]
    public async Task Equal_seeds_give_equal_trials()
    {
        using var otherRecords = SqliteRecordStore.InMemory();
        var other = new FakeDevice(Targets.Wide());
        TuningTask[] tasks = [TestTasks.Conv(16), TestTasks.Conv(64)];
        await TuneAsync(_device, _records, tasks, 64, seed: 5);
        await TuneAsync(other, otherRecords, tasks, 64, seed: 5);
        Assert.Equal(_device.Measured, other.Measured);
    }

    [Fact]
    public async Task No_program_is_measured_twice_except_in_the_play_off()
    {
        var result = await TuneAsync(_device, _records, [TestTasks.Conv(64)], 64);
        Assert.Distinct(_device.Measured.Take(result.Trials));
        Assert.InRange(_device.Measured.Count, result.Trials, result.Trials + 3);
    }

    /// <summary>On one thread a parallel loop is an ordinary one: the programs of the first session come back under other texts.</summary>
    [Fact]
    public async Task Code_that_an_earlier_session_measured_under_another_text_is_not_measured_again()
    {
        var task = TestTasks.Conv(16);
        await TuneAsync(_device, _records, [task], 32);
        foreach (var record in _records.For(Conditions.Of(_device), task.Key))
            _records.Add([record with { Schedule = $"{record.Schedule}; parallel {OutermostLoop(record)}" }]);
        _records.Remove(_records.For(Conditions.Of(_device), task.Key).Where(r => !r.Schedule.Contains("parallel", StringComparison.Ordinal)));
        var first = _device.Measured.Count;
        await TuneAsync(_device, _records, [task], 96);

        var sketch = new Sketch(task.Computation, _device.Target);
        string Identity(string schedule) => CodeIdentity.Of(sketch.Apply(Schedule.Parse(schedule))!, _device.Target);
        Assert.Empty(_device.Measured.Take(32).Select(m => Identity(m.Schedule)).Intersect(_device.Measured.Skip(first).Take(64).Select(m => Identity(m.Schedule))));
    }

    [Fact]
    public async Task Failures_are_recorded_and_not_tried_again()
    {
        var device = new FakeDevice(Targets.Wide())
        {
            Fault = s => s.ToString().Contains("unroll", StringComparison.Ordinal) ? new Measurement.Failed(FailureKind.Crashed, "killed by SIGSEGV") : null,
        };
        TuningTask[] tasks = [TestTasks.Conv(64)];
        await TuneAsync(device, _records, tasks, 40);
        var failed = _records.For(Conditions.Of(device), tasks[0].Key).Where(r => r.Failure is not null).ToList();
        Assert.NotEmpty(failed);
        Assert.All(failed, r => Assert.Equal("Crashed: killed by SIGSEGV", r.Failure));
        await TuneAsync(_device, _records, tasks, 80);
        Assert.Empty(_device.Measured.Select(m => m.Schedule).Intersect(failed.Select(r => r.Schedule)));
    }

    [Fact]
    public async Task When_nothing_runs_the_target_is_named()
    {
        var device = new FakeDevice(Targets.Wide()) { Fault = _ => new Measurement.Failed(FailureKind.Crashed, "killed by SIGILL") };
        var error = await Assert.ThrowsAsync<NoProgramRunsException>(() => TuneAsync(device, _records, [TestTasks.Conv(64)], 40));
        Assert.Equal(UserErrorKind.Target, error.Kind);
        Assert.Equal(
            "no program of a task runs on x86-64-v4 (x86-64-v4, 512-bit vectors, 1 thread): Crashed: killed by SIGILL; choose another target", error.Message);
    }

    [Fact]
    public async Task Time_ends_a_tuning_which_then_goes_on_in_the_next()
    {
        var time = new ManualTime();
        var device = new FakeDevice(Targets.Wide()) { AfterBatch = () => time.Advance(10) };
        TuningTask[] tasks = [TestTasks.Conv(64)];
        var result = await new Tuner(device, _records, time).TuneAsync(
            tasks, new TuningOptions(1000, TimeSpan.FromSeconds(25), 1, NoPreserved), null, CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(30), result.Elapsed);
        Assert.Equal(48, result.Trials);
        Assert.True((await TuneAsync(_device, _records, tasks, 60)).Trials > 0);
    }

    [Fact]
    public async Task A_small_space_is_used_up_and_left()
    {
        var tiny = TestTasks.Of(Samples.Pool(8, 8, 4, new Window(8), max: false));
        var result = await TuneAsync(_device, _records, [tiny, TestTasks.Conv(64)], 200);
        Assert.InRange(result.Tasks[0].Trials, 1, 60);
        Assert.Equal(200, result.Trials);
    }

    [Fact]
    public async Task Progress_counts_trials()
    {
        var reports = new List<TuningProgress>();
        var options = new TuningOptions(32, null, 1, NoPreserved);
        await new Tuner(_device, _records, new ManualTime()).TuneAsync([TestTasks.Conv(64)], options, new Immediate(reports.Add), CancellationToken.None);
        Assert.Equal((32, 32, "a task"), (reports[^1].TrialsDone, reports[^1].TrialsPlanned, reports[^1].TaskLabel));
        Assert.True(reports[^1].EstimatedModelSeconds <= reports[0].EstimatedModelSeconds);
    }

    public void Dispose() => _records.Dispose();

    private static Dictionary<string, Schedule> NoPreserved => [];

    private static Task<TuningResult> TuneAsync(
        FakeDevice device, SqliteRecordStore records, IReadOnlyList<TuningTask> tasks, int trials, int seed = 1, CancellationTokenSource? stop = null) =>
        new Tuner(device, records, new ManualTime()).TuneAsync(tasks, new TuningOptions(trials, null, seed, NoPreserved), null, stop?.Token ?? CancellationToken.None);

    private static string OutermostLoop(TuningRecord record) =>
        Schedule.Parse(record.Schedule).Primitives.OfType<Primitive.Reorder>().Single().Loops[0];

    private static double BestOfRandom(TuningTask task, int trials, int seed)
    {
        var device = new FakeDevice(Targets.Wide());
        var sketch = new Sketch(task.Computation, device.Target);
        var sampler = new Sampler(sketch, new Random(seed));
        var programs = Enumerable.Range(0, 10_000).Select(_ => sketch.ToSchedule(sampler.Draw())).Where(s => sketch.Apply(s) is not null).Distinct().Take(trials);
        return programs.Min(s => device.Seconds(task.Computation, s));
    }

    private sealed class Immediate(Action<TuningProgress> report) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => report(value);
    }
}
