using System.Collections.Immutable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Staircases;

/// <param name="Points">Points of staircases known so far.</param>
/// <param name="Wanted">Points that are being measured now; refinement may want more.</param>
/// <param name="Trials">Programs measured so far.</param>
public sealed record StaircaseProgress(int Points, int Wanted, int Trials);

/// <summary>
/// Makes the staircases of a model: one for all layers that are equal at all widths, all of them measured side by side. One that the run has measured for an earlier model is taken as it is, through
/// what the layer takes now.
/// </summary>
/// <param name="model">The accepted model.</param>
/// <param name="analysis">Of its graph.</param>
/// <param name="tolerance">Largest share by which a prediction may miss a measurement before more is measured.</param>
public sealed class StaircaseBuilder(
    TunedModel model, ChannelAnalysis analysis, ImmutableArray<GroupLadder> ladders, IKernelTimes times, IStaircaseMemory memory, double tolerance = StaircaseBuilder.DefaultTolerance)
{
    public const double DefaultTolerance = 0.08;

    /// <summary>
    /// How much narrower than all that was measured a width may be and be taken to be as slow as the narrowest: cut models have finer steps at the narrow end, where there is little left to save, and measuring all
    /// staircases anew for it would cost more programs than a candidate.
    /// </summary>
    private const int Beyond = 2;

    private readonly WidthVariants _variants = new(model, analysis, ladders);

    public async Task<StaircaseTable> BuildAsync(IProgress<StaircaseProgress>? progress, CancellationToken cancellation)
    {
        var layers = LayerAxes.Of(model, analysis, ladders);
        var present = await times.OfAsync(model.Plan.Tasks, cancellation).ConfigureAwait(false);
        var seconds = model.Layers.Where(row => row.Main is not null)
            .SelectMany(row => row.Layers.Select(layer => (layer, Seconds: row.Seconds(kernel => present.Seconds[kernel.Key]))))
            .ToDictionary(p => p.layer, p => p.Seconds, StringComparer.Ordinal);
        var remembered = layers.ToDictionary(l => l.Layer, l => Remembered(l, seconds[l.Layer]), StringComparer.Ordinal);
        var fresh = layers.Where(l => remembered[l.Layer] is null).GroupBy(l => l.Kind, StringComparer.Ordinal).ToList();
        var fair = layers.Sum(l => seconds[l.Layer]) / Math.Max(layers.Select(l => l.Kind).Distinct(StringComparer.Ordinal).Count(), 1);
        var surveys = fresh.Select(kind => new Surveyed([.. kind], tolerance, fair / kind.Count())).ToList();
        await SurveyAsync(surveys, present.Trials, progress, cancellation).ConfigureAwait(false);
        var staircases = surveys.ToDictionary(s => s.Layer.Kind, s => s.Result(), StringComparer.Ordinal);
        return new StaircaseTable(
            ladders, [.. layers.Select(l => new LayerLatency(l.Layer, l.Inputs, l.Outputs, remembered[l.Layer] ?? staircases[l.Kind]))], FixedSeconds(layers, present));
    }

    private async Task SurveyAsync(List<Surveyed> surveys, int trials, IProgress<StaircaseProgress>? progress, CancellationToken cancellation)
    {
        if (surveys.Count == 0) return;
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
        memory.Keep([.. surveys.Select(s => s.ToKeep())], trials);
    }

    /// <summary>Null where no staircase of the layer covers the widths it may be cut to.</summary>
    private LayerStaircase? Remembered(StaircaseLayer layer, double seconds)
    {
        if (memory.Of(layer.Layer) is not { } kind || !Covers(kind.InputsVary, layer.Inputs, kind.Points, p => p.Inputs) || !Covers(kind.OutputsVary, layer.Outputs, kind.Points, p => p.Outputs)) return null;
        return new LayerStaircase(kind.Points, kind.Cells).Through(layer.Inputs.Channels(_ => 0), layer.Outputs.Channels(_ => 0), seconds);
    }

    private static bool Covers(bool varied, LayerAxis axis, ImmutableArray<StairPoint> points, Func<StairPoint, int> widthOf) =>
        axis.Parts.IsEmpty || (varied && axis.Knots() is var knots && Beyond * knots[0].Channels >= points.Min(widthOf) && knots[^1].Channels <= points.Max(widthOf));

    private double FixedSeconds(IReadOnlyList<StaircaseLayer> layers, KernelTimes present)
    {
        var varying = layers.Select(l => l.Layer).ToHashSet(StringComparer.Ordinal);
        return model.Layers.Sum(row => row.Seconds(kernel => present.Seconds[kernel.Key]) * row.Layers.Count(l => row.Main is null || !varying.Contains(l)));
    }

    /// <summary>Equal layers whose staircase is being measured.</summary>
    private sealed class Surveyed
    {
        private readonly ImmutableArray<StaircaseLayer> _layers;
        private readonly ImmutableArray<AxisKnot> _inputs, _outputs;
        private readonly StaircaseSurvey _survey;

        public Surveyed(ImmutableArray<StaircaseLayer> layers, double tolerance, double leastSeconds)
        {
            (_layers, _inputs, _outputs) = (layers, layers[0].Inputs.Knots(), layers[0].Outputs.Knots());
            _survey = new StaircaseSurvey([.. _inputs.Select(k => k.Channels)], [.. _outputs.Select(k => k.Channels)], tolerance, leastSeconds);
        }

        public StaircaseLayer Layer => _layers[0];

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

        public SurveyedKind ToKeep()
        {
            var result = Result();
            return new SurveyedKind([.. _layers.Select(l => l.Layer)], !Layer.Inputs.Parts.IsEmpty, !Layer.Outputs.Parts.IsEmpty, result.Measured, result.Cells);
        }
    }
}
