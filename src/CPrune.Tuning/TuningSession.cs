using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;
using CPrune.Tuning.Search;
using CPrune.Tuning.TaskScheduler;

namespace CPrune.Tuning;

/// <summary>One call of the tuner: its tasks, its searches and its budget.</summary>
internal sealed class TuningSession
{
    private readonly BatchMeasurer _measurer;
    private readonly IRecordStore _records;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly TuningOptions _options;
    private readonly IProgress<TuningProgress>? _progress;
    private readonly IReadOnlyList<TaskState> _tasks;
    private readonly Dictionary<string, EvolutionarySearch> _searches;
    private readonly Standings _standings;
    private readonly TrialBudget _budget;
    private readonly Lazy<RankerSource> _rankers;
    private readonly int _batchSize;
    private readonly Conditions _conditions;

    public TuningSession(
        IDevice device, IRecordStore records, TimeProvider time, Lazy<RankerSource> rankers, IReadOnlyList<TuningTask> tasks, TuningOptions options,
        IProgress<TuningProgress>? progress)
    {
        _records = records;
        _time = time;
        _started = time.GetTimestamp();
        _options = options;
        _progress = progress;
        _conditions = Conditions.Of(device);
        _measurer = new BatchMeasurer(device, records, time);
        _tasks = [.. tasks.Select(t => new TaskState(t, device.Target, _conditions, records.For(_conditions, t.Key)))];
        _searches = _tasks.ToDictionary(t => t.Key, NewSearch);
        _standings = new Standings(_tasks, options.Contests);
        _budget = TrialBudget.For(_tasks, options.Trials, records);
        _batchSize = Math.Clamp(_budget.Trials / Math.Max(1, _budget.Open.Count * 4), 4, 16);
        _rankers = rankers;
    }

    private int Trials => _tasks.Sum(t => t.Trials);

    private bool IsLate => _options.TimeLimit is { } limit && _time.GetElapsedTime(_started) >= limit;

    /// <summary>
    /// Gives every open task its first batch, and every task without a correct program at least one: the result must not hold a program that was never
    /// measured.
    /// </summary>
    public async Task MeasureSeedsAsync(CancellationToken cancellation)
    {
        foreach (var task in _tasks)
        {
            // Without time, alternatives to what runs already need not be known.
            if (IsLate && _standings.Unsolved is null) break;
            var isOpen = _budget.Open.Contains(task) && task.Known == 0 && !IsLate;
            var share = isOpen ? Math.Min(_batchSize, Math.Max(1, (_budget.Trials - Trials) / _budget.Open.Count)) : 0;
            if (share > 0) await MeasureAsync(task, share, cancellation).ConfigureAwait(false);
            while (task.Best is null && !task.IsExhausted && task.Trials < _batchSize) await MeasureAsync(task, 1, cancellation).ConfigureAwait(false);
        }

        if (_standings.Unsolved is { } unsolved)
            throw new NoProgramRunsException($"no program of {unsolved.Task.Label} runs on {unsolved.Target}: {unsolved.LastFailure}; choose another target");
    }

    /// <summary>Spends the budget.</summary>
    /// <returns>False when time ran out first.</returns>
    public async Task<bool> SearchAsync(CancellationToken cancellation)
    {
        while (Trials < _budget.Trials)
        {
            if (IsLate) return false;
            if (TrialAllocator.Next(_budget.Open, _standings.Weights()) is not { } task) break;
            await MeasureAsync(task, Math.Min(_batchSize, _budget.Trials - Trials), cancellation).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Measures again what is within noise of the fastest: of many timings the smallest is too small by luck.</summary>
    public async Task PlayOffAsync(CancellationToken cancellation)
    {
        var weights = _standings.Weights();
        foreach (var task in _tasks.Where(t => t.Trials > 1 && weights[t] > 0))
        {
            if (IsLate) return;
            var rivals = PlayOff.Rivals(task);
            if (rivals.Count > 1) task.Add(await _measurer.MeasureAsync(task, rivals, cancellation).ConfigureAwait(false));
        }
    }

    public void NoteEffort() => _records.NoteEffort(_conditions, _budget.Open.Select(t => t.Key), _budget.Effort);

    public TuningResult Result() => new(
        [.. _tasks.Where(t => t.Best is not null).Select(t => new TunedTask(t.Task, Schedule.Parse(t.Best!.Schedule), t.Best.Latency!, t.Trials))],
        Trials,
        _time.GetElapsedTime(_started));

    private EvolutionarySearch NewSearch(TaskState task) => new(
        task, Seeds.First(task, _options.Preserved.GetValueOrDefault(task.Key)), new SearchOptions(), new Random(StableSeed.Of(_options.Seed, task.Key)));

    private async Task MeasureAsync(TaskState task, int count, CancellationToken cancellation)
    {
        var batch = _searches[task.Key].Next(count, Seeds.Borrowed(task, _records), _rankers.Value.Current());
        task.IsExhausted = batch.Count < count;
        if (batch.Count == 0) return;
        var measured = await _measurer.MeasureAsync(task, batch, cancellation).ConfigureAwait(false);
        task.Add(measured);
        _rankers.Value.Add(measured);
        _progress?.Report(new TuningProgress(Trials, Math.Max(_budget.Trials, Trials), task.Task.Label, _standings.ModelSeconds));
    }
}
