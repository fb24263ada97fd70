using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Knapsack;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Policies;

/// <summary>Where the times of a global choice come from.</summary>
public enum TimeSource
{
    /// <summary>From programs that are measured for it (HALP, NeurIPS 2022).</summary>
    Measured,

    /// <summary>From an estimator that has learned from tuning records (RB-CPrune, IEEE TMC 2025): nothing is tuned or timed until the walk is over.</summary>
    Predicted,
}

/// <summary>
/// All groups at once: of all widths that save a share of the accepted model's time (<see cref="SavingSchedule"/>), those that lose the least importance (docs/how-it-works.md, "All widths at once"). A residual block may go as a whole. Plans
/// are made with the importance as it was found and with other readings of it (<see cref="ImportanceVariants"/>); the one whose model, untrained, has the least loss is tried.
/// </summary>
public sealed class GlobalWidths(string name, TimeSource source) : IPolicy
{
    private const string NothingSaves = "no widths save enough at the accuracy asked for";

    private ModelStaircases? _known;

    /// <summary>Learned once in a sitting: a walk on foreseen times adds no records.</summary>
    private PredictorResult? _predictor;

    public string Name => name;

    public async ValueTask<PolicyDecision> NextAsync(PolicyView view, CancellationToken cancellation)
    {
        if (SavingSchedule.Next(view.History) is not { } saving) return new PolicyDecision.Over(NothingSaves);
        if (!ReferenceEquals(_known?.Accepted, view.Accepted))
        {
            switch (source == TimeSource.Predicted ? _predictor ??= view.Kernels.Predictor() : null)
            {
                case PredictorResult.TooFew(var reason):
                    return new PolicyDecision.Over(reason);
                case PredictorResult.Learned(var predictor):
                    _known = await ModelStaircases.PredictAsync(view, predictor, cancellation).ConfigureAwait(false);
                    break;
                default:
                    _known = await ModelStaircases.MeasureAsync(view, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        return Decide(view, _known!, saving);
    }

    private static PolicyDecision Decide(PolicyView view, ModelStaircases known, double saving)
    {
        var table = known.Table;
        if (table.Ladders.IsEmpty) return new PolicyDecision.Over("no group can be cut further");
        var curves = table.Ladders.ToDictionary(l => l.Group, l => (IReadOnlyList<double>)view.LossCurve(view.Analysis.Groups[l.Group]));
        var planner = new KnapsackPlanner(seed: view.Kernels.Seed);
        var problem = new KnapsackProblem(table, curves) { Blocks = Blocks(view, curves) };
        for (saving = view.SavingOf(saving); saving >= SavingSchedule.Least; saving /= 2)
        {
            var plans = new List<WidthPlan.Found>();
            foreach (var variant in ImportanceVariants.Of(problem))
            {
                if (planner.Plan(variant, (1 - saving) * table.CurrentSeconds) is WidthPlan.Found found) plans.Add(found);
                // What no widths reach they do not reach whatever they are worth.
                else if (plans.Count == 0) break;
            }

            if (plans.Count == 0) continue;
            var cuts = plans.Select(plan => CutOf(view, known, problem, plan, saving)).DistinctBy(cut => cut.Removed).ToList();
            if (cuts[0].Layers.IsEmpty) return new PolicyDecision.Over("no widths save time");
            cuts.RemoveAll(view.WasRefused);
            var best = cuts.Count > 1 ? cuts.MinBy(view.Sensitivities.LossAfter) : cuts.FirstOrDefault();
            if (best is not null) return new PolicyDecision.Try(best, Foreseen: known.Foreseen);
        }

        return new PolicyDecision.Over(NothingSaves);
    }

    /// <summary>Blocks whose inner channels nobody outside makes or reads.</summary>
    private static ImmutableArray<RemovableBlock> Blocks(PolicyView view, Dictionary<int, IReadOnlyList<double>> curves)
    {
        var blocks = ImmutableArray.CreateBuilder<RemovableBlock>();
        foreach (var block in view.RemovableBlocks)
        {
            var inside = curves.Keys.Where(id => view.Analysis.Groups[id] is var g && g.Layers.Concat(g.Consumers).All(block.Layers.Contains)).ToImmutableArray();
            var served = inside.SelectMany(id => view.Analysis.Groups[id].Layers.Concat(view.Analysis.Groups[id].Consumers)).ToHashSet(StringComparer.Ordinal);
            if (block.Layers.All(served.Contains)) blocks.Add(new RemovableBlock(block.Name, inside, view.LossOf(block, inside.Select(id => curves[id]))));
        }

        return blocks.ToImmutable();
    }

    private static Cut CutOf(PolicyView view, ModelStaircases known, KnapsackProblem problem, WidthPlan.Found plan, double saving)
    {
        var cuts = known.Table.Ladders.Where(l => plan.Widths[l.Group] > 0).Select(l => new GroupCut(l.Group, l.Channels - plan.Widths[l.Group])).Where(c => c.Filters > 0).ToList();
        var gone = view.RemovableBlocks.Where(b => plan.Blocks.Contains(b.Name)).ToList();
        var current = known.Table.CurrentSeconds;
        return new Cut(
            "all groups", string.Create(CultureInfo.InvariantCulture, $"{cuts.Count} groups{(gone.Count == 0 ? "" : $" and {gone.Count} block{(gone.Count == 1 ? "" : "s")}")}"), [.. cuts],
            [.. cuts.SelectMany(c => view.Analysis.Groups[c.Group].Layers).Concat(gone.SelectMany(b => b.Layers)).Distinct(StringComparer.Ordinal)],
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(1 - plan.Seconds / current) * 100:0.#} % of {current * 1e3:0.####} ms for {problem.LossOf(plan.Widths, plan.Blocks):0.###} of importance{(plan.IsOptimal ? "" : ", not proven the least")}; {known.Origin}"))
        {
            Extent = saving,
            Blocks = plan.Blocks,
            FiltersOfBlocks = known.Table.Ladders.Where(l => plan.Widths[l.Group] == 0).Sum(l => l.Channels),
        };
    }
}
