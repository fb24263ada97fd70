using CPrune.Worker.Timing;

namespace CPrune.Tuning.Tests.Devices;

/// <summary>
/// A machine whose timings are as bad as those of a shared, heating one, on a clock that only it moves: speed drifts, falls as it heats up, and steps between frequencies; a neighbour
/// comes and goes in bursts; single runs jitter, and a few are preempted for a time with a heavy tail; and every placement favours one program or the other by some per cent.
/// </summary>
internal sealed class NoisyMachine(ManualTime time, int seed)
{
    private const double Heating = 0.06;
    private const double HeatingSeconds = 3;
    private const double DriftASecond = 0.02;
    private const double SecondsAFrequency = 0.7;
    private const double SecondsBetweenBursts = 0.3;
    private const double BurstSeconds = 0.04;
    private const double Jitter = 0.01;
    private const double PreemptedShare = 0.01;
    private const double PlacementLuck = 0.01;

    private static readonly double[] s_frequencies = [1, 1.05, 1.15];

    private readonly Random _random = new(seed);
    private double _drift = 1;
    private double _frequency = 1;
    private double _nextFrequency;
    private (double From, double To, double Slowdown) _burst;
    private double _last;

    /// <summary>Work that takes so many seconds a run on the cold, quiet machine.</summary>
    public Action<int> Program(double seconds) => times =>
    {
        for (var run = 0; run < times; run++) time.Advance((seconds * Slowdown() * (1 + (Jitter * Math.Abs(Normal())))) + Preemption());
    };

    /// <summary>Programs of the given times, each as lucky with its place as it happens.</summary>
    public IPlacement Place(params double[] seconds) => new Placement([.. seconds.Select(s => Program(s * (1 + (PlacementLuck * Normal()))))]);

    private double Slowdown()
    {
        var now = time.GetElapsedTime(0).TotalSeconds;
        _drift = Math.Clamp(_drift * (1 + (DriftASecond * Math.Sqrt(now - _last) * Normal())), 0.8, 1.25);
        _last = now;
        if (now >= _nextFrequency) (_frequency, _nextFrequency) = (s_frequencies[_random.Next(s_frequencies.Length)], now + Exponential(SecondsAFrequency));
        if (now >= _burst.To)
        {
            var from = now + Exponential(SecondsBetweenBursts);
            _burst = (from, from + Exponential(BurstSeconds), 1.1 + _random.NextDouble());
        }

        return (1 + (Heating * (1 - Math.Exp(-now / HeatingSeconds)))) * _drift * _frequency * (now >= _burst.From ? _burst.Slowdown : 1);
    }

    /// <summary>Pareto with exponent 1.2 from 50 µs to 20 ms.</summary>
    private double Preemption() => _random.NextDouble() < PreemptedShare ? Math.Min(50e-6 * Math.Pow(1 - _random.NextDouble(), -1 / 1.2), 20e-3) : 0;

    private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private sealed record Placement(IReadOnlyList<Action<int>> Programs) : IPlacement
    {
        public void Dispose()
        {
        }
    }
}
