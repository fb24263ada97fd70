using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Tuning.Records;
using CPrune.Tuning.Search;
using CPrune.Tuning.TaskScheduler;
using Window = CPrune.Graph.Building.Window;

namespace CPrune.Tuning.Tests.Tuners;

/// <summary>Tasks that do the same work: which of them get trials, and which are taken.</summary>
public sealed class ContestTests : IDisposable
{
    private readonly SqliteRecordStore _records = SqliteRecordStore.InMemory();

    [Fact]
    public async Task A_hopeless_alternative_gets_its_first_batch_and_no_more()
    {
        // The device's time goes with the work, of which the second task has sixteen times as much.
        TuningTask[] tasks = [TestTasks.Conv(16), TestTasks.Conv(256)];
        var result = await TuneAsync(new FakeDevice(Targets.Wide()), tasks, 96, Ways(tasks[0], tasks[1]));
        Assert.Equal(96, result.Trials);
        Assert.InRange(result.Tasks[1].Trials, 1, 16);
    }

    [Fact]
    public async Task A_near_alternative_stays_in_the_race()
    {
        TuningTask[] tasks = [TestTasks.Conv(64), TestTasks.Conv(32, channels: 64)];
        var result = await TuneAsync(new FakeDevice(Targets.Wide()), tasks, 96, Ways(tasks[0], tasks[1]));
        Assert.True(result.Tasks[1].Trials > 16, $"{result.Tasks[0].Trials} and {result.Tasks[1].Trials}");
    }

    [Fact]
    public async Task An_alternative_that_does_not_run_is_left_out()
    {
        TuningTask[] tasks = [TestTasks.Conv(64), TestTasks.Of(Samples.Dense(4, 4, 5, 10))];
        var device = new FakeDevice(Targets.Wide()) { Fault = s => s.ToString().Contains("ow", StringComparison.Ordinal) ? null : Crash };
        var result = await TuneAsync(device, tasks, 40, Ways(tasks[0], tasks[1]));
        Assert.Equal([tasks[0].Key], result.Tasks.Select(t => t.Task.Key));
    }

    [Fact]
    public async Task When_no_alternative_runs_the_target_is_named()
    {
        TuningTask[] tasks = [TestTasks.Conv(64), TestTasks.Conv(16)];
        var device = new FakeDevice(Targets.Wide()) { Fault = _ => Crash };
        var error = await Assert.ThrowsAsync<NoProgramRunsException>(() => TuneAsync(device, tasks, 40, Ways(tasks[0], tasks[1])));
        Assert.Equal(UserErrorKind.Target, error.Kind);
    }

    [Fact]
    public void Gains_count_as_far_as_they_bring_an_alternative_in_front()
    {
        var (front, near, far) = (State(TestTasks.Conv(16, multiplicity: 5), 10e-3), State(TestTasks.Conv(32), 11e-3), State(TestTasks.Conv(64), 30e-3));
        var alone = State(TestTasks.Conv(8, multiplicity: 3), 1e-3);
        var contest = new Contest(["a", "b"], [Way(front), Way(near), Way(far)]);

        var standings = new Standings([front, near, far, alone], [contest]);

        Assert.Equal(2 * 10e-3 + 3 * 1e-3, standings.ModelSeconds, 9);
        var weights = standings.Weights();
        Assert.Equal(2, weights[front]);
        // Of 11 ms four trials may leave half, 5.5 ms; 4.5 of the 5.5 ms they may gain count.
        Assert.Equal(2 * 4.5 / 5.5, weights[near], 9);
        Assert.Equal(0, weights[far]);
        Assert.Equal(3, weights[alone]);
        Assert.Null(standings.Unsolved);
        Assert.NotSame(far, TrialAllocator.Next([far, near, alone], weights));
    }

    [Fact]
    public async Task A_model_is_planned_with_what_was_fastest()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(16, 8, 8), 16, Window.Same(3), name: "first"));
        var alternatives = PlanAlternatives.Of(b.Build(b.Relu(b.Conv(x, 64, Window.Same(3), name: "second"))), PlanAlternatives.AllAlgorithms);
        var options = PlanTuning.OptionsFor(alternatives, 24, null, 1, new Dictionary<string, Schedule>());
        Assert.Equal(48, options.Trials);

        var tuner = new Tuner(new FakeDevice(Targets.Wide()), _records, new ManualTime());
        var tuned = await tuner.TuneAsync(alternatives, options, null, CancellationToken.None);

        Assert.Equal(tuned.Plan.Tasks.Select(t => t.Key), tuned.Tasks.Select(t => t.Task.Key));
        Assert.Equal(48, tuned.Trials);
        var seconds = (await tuner.TuneAsync(alternatives.Tasks, options, null, CancellationToken.None)).Tasks.ToDictionary(t => t.Task.Key, t => (double?)t.Latency.Median);
        Assert.Equal(alternatives.Fastest(key => seconds.GetValueOrDefault(key)).Choices, tuned.Plan.Choices);
    }

    public void Dispose() => _records.Dispose();

    private static Measurement.Failed Crash { get; } = new(FailureKind.Crashed, "killed by SIGILL");

    private static Contest Ways(params TuningTask[] tasks) => new(["layer"], [.. tasks.Select(t => new Alternative(Algorithm.Direct, [t.Key]))]);

    private static Alternative Way(TaskState task) => new(Algorithm.Direct, [task.Key]);

    /// <summary>A task with four programs measured.</summary>
    private static TaskState State(TuningTask task, double seconds)
    {
        var conditions = new Conditions(Targets.Wide().Key, CacheState.Warm);
        var latency = new LatencyEstimate(seconds, seconds, seconds, 5);
        return new TaskState(task, Targets.Wide(), conditions,
            [.. Enumerable.Range(1, 4).Select(i => new TuningRecord(conditions, task.Key, $"split oc {i}", latency, null, DateTimeOffset.UnixEpoch))]);
    }

    private Task<TuningResult> TuneAsync(FakeDevice device, TuningTask[] tasks, int trials, Contest contest) =>
        new Tuner(device, _records, new ManualTime()).TuneAsync(
            tasks, new TuningOptions(trials, null, 1, new Dictionary<string, Schedule>()) { Contests = [contest] }, null, CancellationToken.None);
}
