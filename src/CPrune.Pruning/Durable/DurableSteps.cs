using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CPrune.Graph;
using CPrune.Graph.Onnx;

namespace CPrune.Pruning.Durable;

/// <summary>
/// Makes a function durable. Each of its costly parts is a step with a name; the result of a step is stored when it ends. If the process is killed,
/// the same function is called again, and takes the stored results instead of executing their steps. Between steps the function may only compute.
/// It must not depend on anything but its arguments and the results of steps.
/// </summary>
public sealed class DurableSteps
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, StoredStep> _stored;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _phases = new(StringComparer.Ordinal);
    private string? _executing;
    private long _mark;

    public DurableSteps(RunStore store, TimeProvider clock)
    {
        (_store, _clock, _mark) = (store, clock, clock.GetTimestamp());
        _stored = store.ReadSteps().ToDictionary(s => s.Name, StringComparer.Ordinal);
    }

    /// <summary>Steps that an earlier process has executed and this one has not asked for yet.</summary>
    public int Remembered => _stored.Keys.Count(name => !_asked.Contains(name));

    /// <summary>Wall seconds of all remembered steps.</summary>
    public double RememberedSeconds => _stored.Values.Sum(s => s.Seconds);

    /// <summary>Wall seconds up to the end of the last step, over all processes: the same whenever the function gets here.</summary>
    public double ElapsedSeconds { get; private set; }

    /// <summary>Wall seconds up to now. Only for progress: a decision may not depend on it.</summary>
    public double SecondsUntilNow => ElapsedSeconds + _clock.GetElapsedTime(_mark).TotalSeconds;

    /// <summary>Wall seconds of the steps so far, by phase.</summary>
    public ImmutableArray<PhaseTime> Phases => [.. _phases.Select(p => new PhaseTime(p.Key, p.Value)).OrderBy(p => p.Phase, StringComparer.Ordinal)];

    /// <summary>Executes a step, or takes its result if it was executed before.</summary>
    /// <param name="name">Different for every step of a run.</param>
    /// <exception cref="InvalidOperationException">The run has asked for a step of this name already.</exception>
    public async Task<T> DoAsync<T>(string name, Func<StepScope, Task<T>> work)
    {
        if (!_asked.Add(name)) throw new InvalidOperationException($"the run has two steps named '{name}'");
        if (!_stored.TryGetValue(name, out var step))
        {
            if (_executing is { } outer) throw new InvalidOperationException($"step '{name}' is within step '{outer}': its time would count twice");
            var scope = new StepScope(new PhaseClock(_clock));
            _executing = name;
            T result;
            try
            {
                result = await work(scope).ConfigureAwait(false);
            }
            finally
            {
                _executing = null;
            }

            step = new StoredStep(name, JsonSerializer.Serialize(result, s_json), _clock.GetElapsedTime(_mark).TotalSeconds, scope.Clock.Take(), scope.FollowsLimit);
            _store.Append(step, scope.Models);
            _stored.Add(name, step);
            _mark = _clock.GetTimestamp();
        }

        ElapsedSeconds += step.Seconds;
        foreach (var (phase, seconds) in step.Phases) _phases[phase] = _phases.GetValueOrDefault(phase) + seconds;
        // Also behind a step that was just executed, so that it makes no difference which it was.
        return JsonSerializer.Deserialize<T>(step.Result, s_json)!;
    }

    /// <inheritdoc cref="DoAsync"/>
    public T Do<T>(string name, Func<StepScope, T> work) => DoAsync(name, scope => Task.FromResult(work(scope))).GetAwaiter().GetResult();

    /// <summary>Wall seconds that a step took, and how they were spent.</summary>
    /// <exception cref="KeyNotFoundException">The step was not executed.</exception>
    public double SecondsOf(string name) => _stored[name].Seconds;

    /// <summary>Reads a stored model.</summary>
    public ModelGraph Model(string name) => OnnxFile.FromBytes(_store.ReadModel(name), name);

    /// <summary>Forgets the first step that followed from the time limit and all behind it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ForgetWhatFollowedTheLimit()
    {
        if (_store.ReadSteps().FirstOrDefault(s => s.FollowsLimit) is not { } first) return false;
        _store.ForgetFrom(first.Name);
        _stored.Clear();
        foreach (var step in _store.ReadSteps()) _stored.Add(step.Name, step);
        return true;
    }
}
