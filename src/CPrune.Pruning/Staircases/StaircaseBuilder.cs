using System.Collections.Immutable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Staircases;

/// <param name="Points">Points of staircases known so far.</param>
/// <param name="Wanted">Points that are being measured now; refinement may want more.</param>
/// <param name="Trials">Programs measured so far.</param>
public sealed record StaircaseProgress(int Points, int Wanted, int Trials);

/// <summary>Makes the staircases of a model: one for all layers that are equal at all widths, all of them measured side by side.</summary>
/// <param name="model">The accepted model.</param>
/// <param name="analysis">Of its graph.</param>
/// <param name="tolerance">Largest share by which a prediction may miss a measurement before more is measured.</param>
public sealed class StaircaseBuilder(
    TunedModel model, ChannelAnalysis analysis, ImmutableArray<GroupLadder> ladders, IKernelTimes times, double tolerance = StaircaseBuilder.DefaultTolerance)
{
    public const double DefaultTolerance = 0.08;

    private readonly WidthVariants _variants = new(model, analysis, ladders);

    public async Task<StaircaseTable> BuildAsync(IProgress<StaircaseProgress>? progress, CancellationToken cancellation)
    {
        var layers = LayerAxes.Of(model, analysis, ladders);
        var surveys = layers.DistinctBy(l => l.Kind).Select(l => new Surveyed(l, tolerance)).ToList();
        var present = await times.OfAsync(model.Plan.Tasks, cancellation).ConfigureAwait(false);
        var trials = present.Trials;
        while (surveys.SelectMany(s => s.Wanted()).ToList() is { Count: > 0 } wanted)
        {
            progress?.Report(new StaircaseProgress(surveys.Sum(s => s.Points), wanted.Count, trials));
            var kernels = _variants.KernelsOf([.. wanted.Select(w => w.Request)]);
            var measured = await times.OfAsync([.. kernels.SelectMany(k => k)], cancellation).ConfigureAwait(false);
            trials += measured.Trials;
            foreach (var (point, tasks) in wanted.Zip(kernels)) point.Survey.Note(point.At, tasks.Sum(t => measured.Seconds[t.Key]));
            foreach (var survey in surveys) survey.Advance();
        }

        progress?.Report(new StaircaseProgress(surveys.Sum(s => s.Points), 0, trials));
        var staircases = surveys.ToDictionary(s => s.Layer.Kind, s => s.Result(), StringComparer.Ordinal);
        return new StaircaseTable(
            ladders, [.. layers.Select(l => new LayerLatency(l.Layer, l.Inputs, l.Outputs, staircases[l.Kind]))], FixedSeconds(layers, present), trials);
    }

    private double FixedSeconds(IReadOnlyList<StaircaseLayer> layers, KernelTimes present)
    {
        var varying = layers.Select(l => l.Layer).ToHashSet(StringComparer.Ordinal);
        return model.Layers.Sum(row => row.Seconds(kernel => present.Seconds[kernel.Key]) * row.Layers.Count(l => row.Main is null || !varying.Contains(l)));
    }

    /// <summary>A layer whose staircase is being measured.</summary>
    private sealed class Surveyed
    {
        private readonly ImmutableArray<AxisKnot> _inputs, _outputs;
        private readonly StaircaseSurvey _survey;

        public Surveyed(StaircaseLayer layer, double tolerance)
        {
            (Layer, _inputs, _outputs) = (layer, layer.Inputs.Knots(), layer.Outputs.Knots());
            _survey = new StaircaseSurvey([.. _inputs.Select(k => k.Channels)], [.. _outputs.Select(k => k.Channels)], tolerance);
        }

        public StaircaseLayer Layer { get; }

        public int Points { get; private set; }

        public IEnumerable<(Surveyed Survey, (int X, int Y) At, WidthRequest Request)> Wanted() =>
            _survey.Wanted.Select(at => (this, at, new WidthRequest(Layer.Layer, _inputs[at.X].Levels.AddRange(_outputs[at.Y].Levels))));

        public void Note((int X, int Y) at, double seconds)
        {
            _survey.Note(at, seconds);
            Points++;
        }

        public void Advance() => _survey.Advance();

        public LayerStaircase Result() => _survey.Result();
    }
}
