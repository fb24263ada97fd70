using System.Collections.Immutable;
using CPrune.Compiler.Tasks;
using CPrune.Tuning.Search;

namespace CPrune.Tuning.TaskScheduler;

/// <summary>
/// Where the alternatives of a model's layers stand by what has been measured so far. What an alternative that lies behind would save counts only as far
/// as it can be expected to come out in front; one that cannot is out, and its tasks take no more trials.
/// </summary>
internal sealed class Standings
{
    /// <summary>
    /// Trials after which a task is expected to lose at most half of its time: of n trials' best time <c>n / (n + this)</c> may be left in the end.
    /// </summary>
    private const double HalfTrials = 4;

    private readonly ImmutableArray<Race> _races;

    /// <param name="contests">Which tasks compete; a task in none is wanted as often as it occurs.</param>
    public Standings(IReadOnlyList<TaskState> tasks, ImmutableArray<Contest> contests)
    {
        var states = tasks.ToDictionary(t => t.Key, StringComparer.Ordinal);
        var races = contests.Select(c => new Race(c.Layers.Length, [.. c.Alternatives.Select(a => a.Tasks.Select(t => states[t]).ToImmutableArray())])).ToList();
        var competing = races.SelectMany(r => r.Ways.SelectMany(w => w)).ToHashSet();
        _races = [.. races, .. tasks.Where(t => !competing.Contains(t)).Select(t => new Race(t.Task.Multiplicity, [[t]]))];
    }

    /// <param name="Layers">How many layers are computed in one of the ways.</param>
    private sealed record Race(int Layers, ImmutableArray<ImmutableArray<TaskState>> Ways);

    /// <summary>Time of the model, every layer computed in its fastest way; what is not measured yet counts nothing.</summary>
    public double ModelSeconds => _races.Sum(r => r.Layers * r.Ways.Min(w => w.Sum(t => t.History.Count > 0 ? t.BestSeconds : 0)));

    /// <summary>A layer that no way is known to run for, by the task that failed; null where there is none.</summary>
    public TaskState? Unsolved => _races.FirstOrDefault(r => r.Ways.All(w => w.Any(t => t.Best is null)))?.Ways[0].First(t => t.Best is null);

    /// <summary>Seconds of the model that a second saved in each task is expected to save.</summary>
    public IReadOnlyDictionary<TaskState, double> Weights()
    {
        var weights = new Dictionary<TaskState, double>();
        foreach (var race in _races)
        {
            var front = race.Ways.Min(Seconds);
            foreach (var way in race.Ways)
                foreach (var task in way)
                    weights[task] = weights.GetValueOrDefault(task) + race.Layers * Hope(way, front);
        }

        return weights;
    }

    /// <summary>Which share of what a way would gain brings it in front of a time: all for the fastest way, nothing for one that cannot reach it.</summary>
    private static double Hope(ImmutableArray<TaskState> way, double front)
    {
        var (now, atBest) = (Seconds(way), way.Sum(AtBest));
        if (now <= front) return 1;
        return double.IsInfinity(now) ? 0 : Math.Max(0, (front - atBest) / (now - atBest));
    }

    private static double Seconds(ImmutableArray<TaskState> way) => way.Sum(t => t.BestSeconds);

    private static double AtBest(TaskState task) => task.BestSeconds * task.Tried / (task.Tried + HalfTrials);
}
