using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Tests.Runs;

namespace CPrune.Pruning.Tests.Policies;

/// <summary>What a policy sees at the beginning of a walk, over parts that only calculate.</summary>
internal static class Views
{
    public static PolicyView Of(
        TunedModel model, IStepRule? rule = null, ISensitivities? sensitivities = null, ModelGraph? original = null, double? stillToSave = null,
        IReadOnlyList<LayerCap>? caps = null, IReadOnlyList<CutOutcome>? history = null)
    {
        var (context, limits) = (new SaliencyContext(model.Graph, PruningGraph.Analyze(model.Graph)), new WalkLimits { LayerCaps = [.. caps ?? []] });
        return new PolicyView(model, context, original ?? model.Graph, history ?? [], 0, limits, rule ?? new StructureStep(), new L1Saliency())
        {
            StillToSave = stillToSave,
            Sensitivities = sensitivities ?? new FakeSensitivities(),
            Kernels = new KernelSources(new FakeDevice(new Fuse()), new FakeTuner(new Fuse()), () => [], new NoStaircaseMemory(), 1, new Progress<StaircaseProgress>()),
        };
    }
}
