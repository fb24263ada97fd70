using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Staircases;
using CPrune.Tuning.Prediction;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Runs;

/// <summary>A plan of a stage.</summary>
/// <param name="Cut">Null if no widths cost so little.</param>
/// <param name="Weights">Name of the cut model in the run's store; null if there is no cut.</param>
/// <param name="Staircases">That were measured for it.</param>
/// <param name="Trials">Programs measured for these.</param>
internal sealed record PlannedCut(Cut? Cut, string? Weights, ImmutableArray<SurveyedKind> Staircases, int Trials);

/// <summary>Plans stages: judges filters, surveys what widths cost, and chooses among the planner's cuts by the loss before
/// training.</summary>
/// <param name="secondsPerImage">That it takes to answer one image with the original.</param>
internal sealed class PlanStage(RunContext run, PlanCosts costs, double secondsPerImage, CancellationToken cancellation)
{
    /// <summary>Share of the time limit in which one model's filters may be judged.</summary>
    private const double SaliencyShare = 0.005;

    /// <summary>Images that filters are judged by, at least and at most.</summary>
    private const int FewestImages = 256, MostImages = 2048;

    /// <summary>Passes of an attribution, each about as long as an answer: forward, gradients of activations, gradients of
    /// weights.</summary>
    private const int PassesOfSaliency = 3;

    /// <summary>Images by which the plans of a stage are told apart before training.</summary>
    private const int PlanImages = 500;

    /// <summary>The preserved program; what is planned is tuned further before it is timed.</summary>
    private const int TrialsPerKernel = 1;

    private readonly Memory _memory = new();

    /// <summary>Programs measured for staircases.</summary>
    public int Trials { get; private set; }

    /// <summary>Plans a cut of a stage's model.</summary>
    /// <param name="from">The model to cut.</param>
    /// <param name="share">Of that model's cost, which the cut one may have.</param>
    public async Task<PlannedCut> PlanAsync(int number, JudgedModel from, double share)
    {
        var view = ViewOf(from);
        var planned = await run.Steps.DoAsync($"stage {number}: plan", async scope =>
        {
            run.Advance(PhaseClock.Choosing, $"stage {number}: the widths");
            _memory.Fresh.Clear();
            var (planner, trials) = await scope.Clock.TimeAsync(PhaseClock.Choosing, () => PlannerAsync(view)).ConfigureAwait(false);
            var cuts = costs == PlanCosts.EvenCut
                ? EvenCut.Within(view, cut => Operations(view.Apply(cut)), share * Operations(view.Graph)) is { } even ? [even] : []
                : planner!.Plans(share * planner.CurrentCost);
            var cut = cuts.Count == 0 ? null : cuts.Count == 1 ? cuts[0] : scope.Clock.Time(
                PhaseClock.Choosing, () => cuts.MinBy(c => run.Accuracy.LossAtALook(view.Apply(c), PlanImages, cancellation)));
            var weights = cut is null ? null : scope.Keep($"stage {number}: cut", view.Apply(cut));
            return new PlannedCut(cut, weights, [.. _memory.Fresh], trials);
        }).ConfigureAwait(false);
        _memory.Remember(planned.Staircases);
        Trials += planned.Trials;
        return planned;
    }

    private static double Operations(ModelGraph graph) => GraphStatistics.Macs(graph);

    private PlanView ViewOf(JudgedModel from)
    {
        var (model, saliency) = (run.Restore(from.Model), run.Saliency);
        var unit = saliency.ComparesGroups ? saliency : new TaylorSaliency();
        return new PlanView(
            model, run.SaliencyOf(model.Graph, SaliencyImages(), cancellation), run.Floors, run.Request.Limits, run.Services.StepRule, saliency, unit);
    }

    private int SaliencyImages() => run.Request.TimeLimit is not { } limit ? MostImages
        : (int)Math.Clamp(limit.TotalSeconds * SaliencyShare / PassesOfSaliency / secondsPerImage, FewestImages, MostImages);

    private async Task<(WidthPlanner? Planner, int Trials)> PlannerAsync(PlanView view)
    {
        if (costs == PlanCosts.EvenCut) return (null, 0);
        var (times, origin) = Times(view);
        IStaircaseMemory memory = costs == PlanCosts.MeasuredTime ? _memory : new NoStaircaseMemory();
        var ladders = GroupLadders.Of(view.Model, view.Analysis, view.StepRule, view.Floors.LeastOf, view.Lowest);
        var trials = 0;
        var progress = new Relay<StaircaseProgress>(p =>
        {
            trials = p.Trials;
            run.Advance(PhaseClock.Choosing, $"times at other widths: {p.Points} of {p.Points + p.Wanted} points");
        });
        var table = await new StaircaseBuilder(view.Model, view.Analysis, ladders, times, memory).BuildAsync(progress, cancellation).ConfigureAwait(false);
        return (new WidthPlanner(view, table, origin, run.Request.Seed), trials);
    }

    private (IKernelTimes Times, string Origin) Times(PlanView view)
    {
        switch (costs)
        {
            case PlanCosts.Operations:
                return (new OperationKernels(), "multiply-accumulates");
            case PlanCosts.PredictedTime:
                var known = LatencyPredictor.KnownTimes(run.Services.Records, Conditions.Of(run.Services.Device));
                return LatencyPredictor.Learn(known, run.Services.Device.Target.MaxLanes, run.Request.Seed) switch
                {
                    PredictorResult.Learned(var predictor) => (new PredictedKernels(predictor), $"times predicted from {predictor.Error.Workloads} workloads"),
                    PredictorResult.TooFew(var reason) => throw new UserErrorException(UserErrorKind.Usage, $"--policy predict cannot work here: {reason}; use knapsack"),
                    var other => throw new InvalidOperationException($"unknown result {other}"),
                };
            default:
                return (new MeasuredKernels(view.Model, run.Services.Tuner, TrialsPerKernel, run.Request.Seed), "measured staircases");
        }
    }

    /// <summary>Staircases that the steps so far have measured.</summary>
    private sealed class Memory : IStaircaseMemory
    {
        private readonly Dictionary<string, SurveyedKind> _kinds = new(StringComparer.Ordinal);

        public List<SurveyedKind> Fresh { get; } = [];

        public SurveyedKind? Of(string layer) => _kinds.GetValueOrDefault(layer);

        public void Keep(ImmutableArray<SurveyedKind> kinds, int trials) => Fresh.AddRange(kinds);

        public void Remember(ImmutableArray<SurveyedKind> kinds)
        {
            foreach (var kind in kinds)
                foreach (var layer in kind.Layers) _kinds[layer] = kind;
        }
    }
}
