using System.Globalization;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Staircases;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Policies;

/// <summary>The staircases of an accepted model, which serve all candidates that are cut from it.</summary>
internal sealed class ModelStaircases
{
    /// <summary>The preserved program; candidates are tuned further before they are judged.</summary>
    private const int TrialsPerKernel = 1;

    private ModelStaircases(TunedModel accepted, StaircaseTable table, string origin) => (Accepted, Table, Origin) = (accepted, table, origin);

    public TunedModel Accepted { get; }

    public StaircaseTable Table { get; }

    /// <summary>Where a candidate's latency is taken from instead of tuning and timing it; null where it is tuned and timed.</summary>
    public IKernelTimes? Foreseen { get; private init; }

    /// <summary>Where the times come from, for people.</summary>
    public string Origin { get; }

    public static async Task<ModelStaircases> MeasureAsync(PolicyView view, CancellationToken cancellation)
    {
        var table = await TableAsync(view, view.Kernels.Measured(view.Accepted, TrialsPerKernel), view.Kernels.Memory, cancellation).ConfigureAwait(false);
        return new ModelStaircases(view.Accepted, table, string.Create(CultureInfo.InvariantCulture, $"staircases of {table.Points} points"));
    }

    public static async Task<ModelStaircases> PredictAsync(PolicyView view, LatencyPredictor predictor, CancellationToken cancellation)
    {
        var error = predictor.Error;
        var origin = string.Create(
            CultureInfo.InvariantCulture,
            $"times predicted from {error.Workloads} workloads, half of them within {error.Median * 100:0.#} %, nine in ten within {error.Ninetieth * 100:0.#} %");
        var times = new PredictedKernels(predictor);
        return new ModelStaircases(view.Accepted, await TableAsync(view, times, new NoStaircaseMemory(), cancellation).ConfigureAwait(false), origin) { Foreseen = times };
    }

    private static Task<StaircaseTable> TableAsync(PolicyView view, IKernelTimes times, IStaircaseMemory memory, CancellationToken cancellation)
    {
        var ladders = GroupLadders.Of(view.Accepted, view.Analysis, view.StepRule, view.Floors.LeastOf, view.Lowest);
        return new StaircaseBuilder(view.Accepted, view.Analysis, ladders, times, memory).BuildAsync(view.Kernels.Progress, cancellation);
    }
}
