using CPrune.Devices.Statistics;
using CPrune.Runtime;

namespace CPrune.Cli.Commands.Benching;

/// <summary>How long each call inside a model takes, over many images.</summary>
internal sealed class KernelProfile
{
    private readonly NativeModel _model;
    private readonly float[] _input;
    private readonly float[] _scores;
    private readonly double[] _seconds;
    private readonly List<double>[] _samples;

    public KernelProfile(NativeModel model, float[] input, float[] scores)
    {
        (_model, _input, _scores) = (model, input, scores);
        _seconds = new double[model.Kernels.Count];
        _samples = [.. model.Kernels.Select(_ => new List<double>())];
    }

    public void RunOnce()
    {
        _model.Profile(_input, _scores, _seconds);
        for (var k = 0; k < _seconds.Length; k++) _samples[k].Add(_seconds[k]);
    }

    /// <summary>Seconds of each call, in the order in which they run.</summary>
    public IReadOnlyList<double> Median() => [.. _samples.Select(MedianInterval.Median)];
}
