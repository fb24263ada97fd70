using System.Collections.Immutable;

namespace CPrune.Pruning.Durable;

/// <summary>Adds up wall time by phase until it is taken into a journal entry.</summary>
public sealed class PhaseClock(TimeProvider clock)
{
    /// <summary>What to cut: policies and saliencies.</summary>
    public const string Choosing = "choosing";
    public const string Tuning = "tuning";
    public const string Measuring = "measuring";
    public const string Recalibrating = "recalibrating";
    public const string Training = "training";
    public const string Evaluating = "evaluating";

    private readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);

    /// <summary>Seconds since the last <see cref="Take"/>.</summary>
    public double Elapsed => _seconds.Values.Sum();

    /// <summary>The same by phase.</summary>
    public ImmutableArray<PhaseTime> Phases => [.. _seconds.Select(p => new PhaseTime(p.Key, p.Value))];

    public T Time<T>(string phase, Func<T> work)
    {
        var start = clock.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            Add(phase, start);
        }
    }

    public async Task<T> TimeAsync<T>(string phase, Func<Task<T>> work)
    {
        var start = clock.GetTimestamp();
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            Add(phase, start);
        }
    }

    public ImmutableArray<PhaseTime> Take()
    {
        var taken = Phases;
        _seconds.Clear();
        return taken;
    }

    private void Add(string phase, long start) =>
        _seconds[phase] = _seconds.GetValueOrDefault(phase) + clock.GetElapsedTime(start).TotalSeconds;
}

/// <param name="Phase">One of the names in <see cref="PhaseClock"/>.</param>
public sealed record PhaseTime(string Phase, double Seconds);
