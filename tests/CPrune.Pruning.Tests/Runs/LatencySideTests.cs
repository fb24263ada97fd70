using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Tests.Policies;
using CPrune.Tuning;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>How layers are computed: chosen for a whole model, kept for its candidates, and seen through by the walk.</summary>
public sealed class LatencySideTests : IDisposable
{
    private static readonly ModelGraph s_model = Model();
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-test-").FullName;
    private readonly FakeTuner _tuner = new(new Fuse(), winogradGain: 3);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AModelIsComputedInTheFastestWay()
    {
        var model = await TuneAsync(PlanAlternatives.AllAlgorithms);
        Assert.NotEqual(Algorithm.Direct, model.Plan.Choices.Of("second"));
        Assert.Equal(Algorithm.Direct, model.Plan.Choices.Of("first"));
        Assert.Equal(model.Plan.Tasks.Select(t => t.Key).Order(), model.Programs.Select(p => p.TaskKey).Order());
        Assert.Equal(AlgorithmChoices.AllDirect, (await TuneAsync([Algorithm.Direct])).Plan.Choices);
    }

    [Fact]
    public async Task ACandidateKeepsTheWaysAndBeginsWithThePreservedPrograms()
    {
        var accepted = await TuneAsync(PlanAlternatives.AllAlgorithms);
        var option = Options(accepted).Single(o => o.Layers.Contains("second"));
        var cut = ModelCut.Apply(Context(), option.ToCut(), new L1Saliency());

        var (candidate, _) = await Side().RetuneAsync(cut, accepted, 2, TestContext.Current.CancellationToken);

        Assert.Equal(accepted.Plan.Choices, candidate.Plan.Choices);
        // The cut layer's product and transform back, and the layer that reads it; its input is as it was.
        var preserved = _tuner.Calls[^1].Preserved.Keys.Select(key => candidate.Plan.Tasks.Single(t => t.Key == key).Subgraphs[0]).ToList();
        Assert.Equal(["second", "second", "third"], preserved.Select(s => s.Anchor).Order());
        Assert.Equal(["", "winograd2 output", "winograd2 product"], preserved.Select(s => s.Stage).Order(StringComparer.Ordinal));
        Assert.Equal(_tuner.TunedAgain.Order(), preserved.Select(s => s.Computation.Key).Order());
    }

    [Fact]
    public async Task TheLayoutIsThatOfTheFasterModelAndStaysWithIt()
    {
        var side = Side(blockGain: 1.2);
        var (accepted, _) = await side.TuneAsync(s_model, null, 4, null, new Progress<TuningProgress>(), TestContext.Current.CancellationToken);
        Assert.Equal(8, accepted.Plan.Choices.Variant.Block);

        var cut = ModelCut.Apply(Context(), Options(accepted).Single(o => o.Layers.Contains("second")).ToCut(), new L1Saliency());
        var (candidate, _) = await side.RetuneAsync(cut, accepted, 2, TestContext.Current.CancellationToken);
        Assert.Equal(accepted.Plan.Choices, candidate.Plan.Choices);
        Assert.Equal(accepted.Plan.Choices, side.Restore(s_model, accepted.Programs, accepted.Plan.Choices).Plan.Choices);
        Assert.Equal(ModelVariant.Plain, (await TuneAsync(PlanAlternatives.AllAlgorithms)).Plan.Choices.Variant);
    }

    [Fact]
    public async Task ARestoredModelIsTheSame()
    {
        var model = await TuneAsync(PlanAlternatives.AllAlgorithms);
        var restored = Side().Restore(s_model, model.Programs, model.Plan.Choices);
        Assert.Equal(model.Plan.Choices, restored.Plan.Choices);
        Assert.Equal(model.Plan.Tasks.Select(t => t.Key), restored.Plan.Tasks.Select(t => t.Key));
    }

    [Fact]
    public async Task AStepIsReadOffTheProductAndATaskTakesWhatItsKernelsTake()
    {
        var model = await TuneAsync(PlanAlternatives.AllAlgorithms);
        var nest = model.NestsOf("second")!.Main;
        Assert.Equal(64, nest.Computation["oc"].Extent);
        Assert.True(nest.Computation.Has("p"));

        var row = model.Layers.Single(l => l.Layers.Contains("second"));
        Assert.Equal(3, row.Kernels.Length);
        Assert.Equal(row.Kernels.Sum(k => model.Programs.Single(p => p.TaskKey == k.Key).Latency.Median), model.TotalSecondsOf(row));
        var option = Options(model).Single(o => o.Layers.Contains("second"));
        Assert.Equal(row.Label, option.TaskLabel);
        Assert.InRange(option.Filters, 1, 63);
    }

    /// <summary>A comparison of two models that take a second each has no interval after eight; of two that take a millisecond it has.</summary>
    [Theory]
    [InlineData(1.0, 250)]
    [InlineData(1e-3, 8)]
    public async Task AComparisonOfSlowModelsIsGivenTimeInProportion(double modelSeconds, double limitSeconds)
    {
        TimeSpan? limit = null;
        var side = Side([Algorithm.Direct], seen: (options, ratio) =>
        {
            limit = options.TimeLimit;
            return ratio;
        });
        var model = await TuneAsync([Algorithm.Direct]);
        ProgramRow Slow(ProgramRow row) => row with { Latency = row.Latency with { Median = row.Latency.Median * modelSeconds / model.TotalSeconds } };
        var slow = side.Restore(s_model, [.. model.Programs.Select(Slow)], model.Plan.Choices);
        await side.CompareAsync(slow, slow, new LatencyGate(0.99), TestContext.Current.CancellationToken);
        Assert.Equal(limitSeconds, limit!.Value.TotalSeconds, 1e-3);
    }

    private static IReadOnlyList<CutOption> Options(TunedModel model) => CutOptions.Of(Views.Of(model, original: s_model), WalkMemory.Of([]));

    private static SaliencyContext Context() => new(s_model, PruningGraph.Analyze(s_model));

    private async Task<TunedModel> TuneAsync(IReadOnlyList<Algorithm> algorithms) => (await Side(algorithms).TuneAsync(
        s_model, null, 4, null, new Progress<TuningProgress>(), TestContext.Current.CancellationToken)).Model;

    private LatencySide Side(IReadOnlyList<Algorithm>? algorithms = null, double blockGain = 1, Func<CompareOptions, double, double>? seen = null) => new(
        new PruneServices(
            new FakeDevice(new Fuse(), seen), _tuner, new FakeCompiler(blockGain: blockGain), new FakeTrainer(new Fuse(), s_model, 0.01), new L1Saliency(), new StructureStep(), null,
            TimeProvider.System)
        {
            Records = KnownWorkloads.Records(),
        },
        _folder, 1, algorithms ?? PlanAlternatives.AllAlgorithms, AllowedVariants.All);

    private static ModelGraph Model()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3), name: "first"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3), name: "second"));
        x = b.Relu(b.Conv(x, 48, Window.Same(3, stride: 2), name: "third"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
