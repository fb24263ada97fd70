using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Inputs;
using CPrune.Runtime;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Models;

/// <summary>Times compiled models, on seeded input and as many threads as they were tuned for.</summary>
internal sealed class ModelTimer(TimeProvider clock)
{
    private const int InputSeed = 1;

    /// <exception cref="InvalidOperationException">A library cannot be loaded.</exception>
    public Reply Compare(Request.CompareModels request)
    {
        using var old = Load(request.OldLibrary);
        using var @new = Load(request.NewLibrary);
        return new Reply.Compared(new PairedSampler(clock).Compare(Runner(old), Runner(@new), ControlKernel.Run, request.Options));
    }

    /// <exception cref="InvalidOperationException">The library cannot be loaded.</exception>
    public Reply Measure(Request.MeasureModel request)
    {
        using var model = Load(request.Library);
        var plan = new TimingPlan(1e-3, request.Options.RelativeWidth, request.Options.TimeLimit.TotalSeconds);
        return new Reply.Timed(new Sampler(clock).Measure(Runner(model), plan, giveUpAbove: null));
    }

    private static NativeModel Load(string path)
    {
        try
        {
            return NativeModel.Load(path);
        }
        catch (IOException error)
        {
            throw new InvalidOperationException($"{path} cannot be loaded: {error.Message}", error);
        }
    }

    private static Action<int> Runner(NativeModel model)
    {
        var input = SeededInputs.Fill(new float[Count(model.InputShape)], InputSeed, bufferIndex: 0);
        var output = new float[Count(model.OutputShape)];
        return times =>
        {
            for (var time = 0; time < times; time++) model.Run(input, output);
        };
    }

    private static int Count(IReadOnlyList<int> shape) => shape.Aggregate(1, (n, extent) => n * extent);
}
