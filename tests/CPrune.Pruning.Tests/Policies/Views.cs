using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Tests.Policies;

/// <summary>What walks and planners see of a model, over parts that only calculate.</summary>
internal static class Views
{
    /// <summary>At the beginning of a walk.</summary>
    public static PolicyView Of(
        TunedModel model, IStepRule? rule = null, ModelGraph? original = null, IReadOnlyList<LayerCap>? caps = null, IReadOnlyList<CutOutcome>? history = null) =>
        new(model, PruningGraph.Analyze(model.Graph), Floors(original ?? model.Graph, caps), history ?? [], 0, rule ?? new StructureStep());

    /// <summary>Before a plan.</summary>
    public static PlanView Plan(
        TunedModel model, ModelGraph? original = null, CutLimits? limits = null, ISaliency? saliency = null)
    {
        limits ??= new CutLimits();
        return new PlanView(
            model, new SaliencyContext(model.Graph, PruningGraph.Analyze(model.Graph)),
            GroupFloors.Of(original ?? model.Graph, limits.MaxLayerCut, [.. limits.LayerCaps]), limits, new StructureStep(), saliency ?? new L1Saliency(),
            new EvenImportance());
    }

    private static GroupFloors Floors(ModelGraph original, IReadOnlyList<LayerCap>? caps) => GroupFloors.Of(original, new CutLimits().MaxLayerCut, [.. caps ?? []]);

    /// <summary>Every group is worth as much as the next.</summary>
    private sealed class EvenImportance : ISaliency
    {
        public string Name => "even";

        public bool ComparesGroups => true;

        public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group) => [.. Enumerable.Repeat(1.0 / group.Channels, group.Channels)];
    }
}
