using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>What is known of one task: every program ever measured for it, and how its best time came down.</summary>
internal sealed class TaskState
{
    private readonly Dictionary<string, TuningRecord> _records = [];
    private readonly List<(int Trials, double Seconds)> _history = [];

    public TaskState(TuningTask task, Target target, Conditions conditions, IEnumerable<TuningRecord> records)
    {
        Task = task;
        Target = target;
        Conditions = conditions;
        Shape = WorkloadShape.Of(task.Computation);
        foreach (var record in records) _records[record.Schedule] = record;
        Known = _records.Count;
        if (Best is { } best) _history.Add((_records.Count, best.Latency!.Median));
    }

    public TuningTask Task { get; }

    public Target Target { get; }

    public Conditions Conditions { get; }

    public string Key => Task.Key;

    public Computation Computation => Task.Computation;

    public WorkloadShape Shape { get; }

    /// <summary>Programs that the records held from the start.</summary>
    public int Known { get; }

    /// <summary>Programs measured in this call.</summary>
    public int Trials { get; private set; }

    /// <summary>Programs measured so far, in this call and before.</summary>
    public int Tried => _records.Count;

    /// <summary>True when the search found no further program; the task takes no more trials.</summary>
    public bool IsExhausted { get; set; }

    public TuningRecord? Best => Fastest(1).FirstOrDefault();

    public double BestSeconds => Best?.Latency!.Median ?? double.PositiveInfinity;

    /// <summary>Best time after every batch, with the number of programs measured by then.</summary>
    public IReadOnlyList<(int Trials, double Seconds)> History => _history;

    /// <summary>Why nothing ran, for a message.</summary>
    public string LastFailure => _records.Values.LastOrDefault(r => r.Failure is not null)?.Failure ?? "nothing could be measured";

    /// <summary>Every program ever measured, failures included.</summary>
    public IEnumerable<TuningRecord> Programs => _records.Values;

    public bool Has(Schedule schedule) => _records.ContainsKey(schedule.ToString());

    /// <summary>The fastest programs, fastest first.</summary>
    public IEnumerable<TuningRecord> Fastest(int count) =>
        _records.Values.Where(r => r.Latency is not null).OrderBy(r => r.Latency!.Median).ThenBy(r => r.Schedule, StringComparer.Ordinal).Take(count);

    /// <summary>Takes a batch of results in; a program that was measured before is replaced and is no trial.</summary>
    public void Add(IReadOnlyList<TuningRecord> batch)
    {
        foreach (var record in batch)
        {
            if (!_records.ContainsKey(record.Schedule)) Trials++;
            _records[record.Schedule] = record;
        }

        if (Best is { } best) _history.Add((_records.Count, best.Latency!.Median));
    }
}
