using System.Collections.Immutable;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Surgery;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Tests.Staircases;

public class StaircaseBuilderTests
{
    private static readonly TunedModel s_model = LawfulKernels.Model(Network());
    private static readonly ChannelAnalysis s_analysis = PruningGraph.Analyze(s_model.Graph);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Chains, a residual, a concatenation, a depthwise convolution and a dense layer behind a flatten.</summary>
    [Fact]
    public async Task TheTableTellsWhatTheCutModelTakes()
    {
        var kernels = new LawfulKernels();
        var table = await BuildAsync(kernels);
        Assert.Equal(LawfulKernels.Seconds(s_model.Plan), table.CurrentSeconds, 1e-12);
        Assert.Equal(s_analysis.Groups.Count(g => g.Prunable), table.Ladders.Length);
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var levels = table.Ladders.ToDictionary(l => l.Group, l => random.Next(l.Stairs.Length));
            var cut = ChannelRemover.Remove(s_model.Graph, s_analysis, table.Ladders.ToDictionary(
                l => l.Group, l => (IReadOnlyCollection<int>)l.Stairs[levels[l.Group]].Removed));
            // Pooling does not come down with the channels here.
            var pooling = Pooling(s_model.Plan) - Pooling(ModelPlan.Of(cut));
            Assert.Equal(LawfulKernels.Seconds(ModelPlan.Of(cut)) + pooling, table.SecondsAt(g => levels[g]), 1e-12);
        }
    }

    [Fact]
    public async Task EqualLayersShareAStaircaseAndFewPointsAreMeasured()
    {
        var table = await BuildAsync(new LawfulKernels());
        Assert.Same(StaircaseOf(table, "block1b"), StaircaseOf(table, "block2b"));
        Assert.NotSame(StaircaseOf(table, "block1b"), StaircaseOf(table, "block1a"));
        Assert.All(table.Layers, l => Assert.InRange(l.Staircase.Measured.Length, 3, 6));
        Assert.Empty(table.Layers.Single(l => l.Layer == "depthwise").Inputs.Parts);
        Assert.Equal(2, table.Layers.Single(l => l.Layer == "merge").Inputs.Parts.Length);
    }

    [Fact]
    public async Task TheNarrowestWidthEndsALadder()
    {
        var ladders = Ladders(group => group.Channels / 2);
        Assert.All(ladders, l => Assert.True(l.Stairs[^1].Width >= l.Channels / 2));
        Assert.All(ladders, l => Assert.Equal(l.Stairs.Select(s => s.Width).OrderDescending().Distinct(), l.Stairs.Select(s => s.Width)));
        Assert.All(ladders.SelectMany(l => l.Stairs.Select(s => (l.Channels, Stair: s))), s => Assert.Equal(s.Channels - s.Stair.Width, s.Stair.Removed.Length));
        var half = await new StaircaseBuilder(s_model, s_analysis, ladders, new LawfulKernels(), new NoStaircaseMemory()).BuildAsync(null, Cancellation);
        Assert.Equal(LawfulKernels.Seconds(s_model.Plan), half.CurrentSeconds, 1e-12);
    }

    /// <summary>A turn of the loop over filters is half of them, and a quarter may go.</summary>
    [Fact]
    public void ALadderHasWhatThereIsRoomForWhereATurnIsTooMuch()
    {
        var b = new GraphBuilder("tile", 1);
        var x = b.Relu(b.Conv(b.Input(16, 8, 8), 64, Window.Same(3), name: "tiled"));
        var model = LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)), ("tiled", "split oc 4 8; vectorize oc.2; registers oc.1"));
        var context = new SaliencyContext(model.Graph, PruningGraph.Analyze(model.Graph));
        var ladder = Assert.Single(GroupLadders.Of(
            model, context.Analysis, new StructureStep(), _ => 48, (group, count) => new L1Saliency().Lowest(context, group, count)));
        Assert.Equal([64, 48], ladder.Stairs.Select(s => s.Width));
    }

    [Fact]
    public async Task MeasuringAgainCostsNothing()
    {
        using var records = SqliteRecordStore.InMemory();
        var device = new LawfulDevice();
        var reports = new List<StaircaseProgress>();
        var first = await BuildAsync(Kernels(), new Relay<StaircaseProgress>(reports.Add));
        Assert.True(reports[^1].Trials > 0);
        Assert.Equal(0, reports[^1].Wanted);
        var measured = device.Measured;
        var second = await BuildAsync(Kernels(), new Relay<StaircaseProgress>(reports.Add));
        Assert.Equal((0, measured), (reports[^1].Trials, device.Measured));
        Assert.Equal(first.SecondsAt(g => g % 2), second.SecondsAt(g => g % 2));

        MeasuredKernels Kernels() => new(s_model, new Tuner(device, records, TimeProvider.System), 2, 1);
    }

    /// <summary>A width whose kernel has no program that runs is one that nothing is gained by; all others are measured.</summary>
    [Fact]
    public async Task AWidthThatCannotBeMeasuredIsNoneToWant()
    {
        using var records = SqliteRecordStore.InMemory();
        var broken = ModelPlan.Of(WithNarrowMerge()).Tasks.Single(t => t.Subgraphs.Any(s => s.Anchor == "merge"));
        var kernels = new MeasuredKernels(s_model, new Tuner(new LawfulDevice(c => c.Key != broken.Computation.Key), records, TimeProvider.System), 2, 1);
        var whole = ModelPlan.Of(WithNarrowMerge()).Tasks;
        var times = await kernels.OfAsync(whole, Cancellation);
        Assert.Equal(s_model.Programs.Max(p => p.Latency.Median), times.Seconds[broken.Key]);
        Assert.All(whole.Where(t => t.Key != broken.Key), t => Assert.Equal(LawfulKernels.Seconds(t.Computation), times.Seconds[t.Key], 1e-12));
        Assert.Equal(0, (await kernels.OfAsync(whole, Cancellation)).Trials);
    }

    [Fact]
    public async Task AModelThatWasCutIsFollowedOnTheStaircasesOfTheFirst()
    {
        var memory = new Memory();
        var first = await BuildAsync(new LawfulKernels(), memory: memory);
        var cut = LawfulKernels.Model(ChannelRemover.Remove(s_model.Graph, s_analysis, first.Ladders.ToDictionary(
            l => l.Group, l => (IReadOnlyCollection<int>)l.Stairs[l.Group % 2].Removed)));
        var kernels = new LawfulKernels();
        var second = await BuildAsync(cut, kernels, memory);
        Assert.All(kernels.Asked, key => Assert.Contains(cut.Plan.Tasks, t => t.Key == key));
        Assert.Equal(LawfulKernels.Seconds(cut.Plan), second.CurrentSeconds, 1e-12);
        var fresh = await BuildAsync(cut, new LawfulKernels(), new NoStaircaseMemory());
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var levels = second.Ladders.ToDictionary(l => l.Group, l => random.Next(l.Stairs.Length));
            Assert.Equal(fresh.SecondsAt(g => levels[g]), second.SecondsAt(g => levels[g]), 1e-12);
        }
    }

    [Fact]
    public async Task TimesOfAFasterProgramScaleItsStaircase()
    {
        var memory = new Memory();
        var first = await BuildAsync(new LawfulKernels(), memory: memory);
        var second = await BuildAsync(s_model, new LawfulKernels(factor: 0.5), memory);
        Assert.Equal(first.SecondsAt(_ => 1) / 2, second.SecondsAt(_ => 1), 1e-12);
    }

    [Fact]
    public async Task WidthsThatWereNotMeasuredAre()
    {
        var memory = new Memory();
        await BuildAsync(new LawfulKernels(), memory: memory, least: group => group.Channels * 3 / 4);
        var kernels = new LawfulKernels();
        var table = await BuildAsync(kernels, memory: memory);
        Assert.Contains(kernels.Asked, key => s_model.Plan.Tasks.All(t => t.Key != key));
        var lowest = table.Ladders.ToDictionary(l => l.Group, l => l.Stairs.Length - 1);
        Assert.Equal((await BuildAsync(new LawfulKernels())).SecondsAt(g => lowest[g]), table.SecondsAt(g => lowest[g]), 1e-12);
    }

    /// <summary>How finely a layer is measured follows from its share of the model's time, not from what else is measured with it.</summary>
    [Fact]
    public async Task ALayerThatIsMeasuredAgainIsMeasuredAsFinelyAsWithTheOthers()
    {
        var memory = new Memory();
        var first = await BuildAsync(new UnevenKernels(), memory: memory);
        foreach (var layer in first.Layers.Select(l => l.Layer))
        {
            memory.Forget(StaircaseOf(first, layer));
            var again = await BuildAsync(new UnevenKernels(), memory: memory);
            Assert.Equal(StaircaseOf(first, layer).Measured, StaircaseOf(again, layer).Measured);
        }
    }

    private static LayerStaircase StaircaseOf(StaircaseTable table, string layer) => table.Layers.Single(l => l.Layer == layer).Staircase;

    private static double Pooling(ModelPlan plan) =>
        plan.Tasks.Where(t => t.Label.Contains("pool ", StringComparison.Ordinal)).Sum(t => t.Multiplicity * LawfulKernels.Seconds(t.Computation));

    private static Task<StaircaseTable> BuildAsync(
        IKernelTimes kernels, IProgress<StaircaseProgress>? progress = null, IStaircaseMemory? memory = null, Func<ChannelGroup, int>? least = null) =>
        new StaircaseBuilder(s_model, s_analysis, Ladders(least ?? (_ => 1)), kernels, memory ?? new NoStaircaseMemory()).BuildAsync(progress, Cancellation);

    private static Task<StaircaseTable> BuildAsync(TunedModel model, IKernelTimes kernels, IStaircaseMemory memory)
    {
        var analysis = PruningGraph.Analyze(model.Graph);
        return new StaircaseBuilder(model, analysis, Ladders(model, analysis, _ => 1), kernels, memory).BuildAsync(null, Cancellation);
    }

    private static ImmutableArray<GroupLadder> Ladders(Func<ChannelGroup, int> least) => Ladders(s_model, s_analysis, least);

    private static ImmutableArray<GroupLadder> Ladders(TunedModel model, ChannelAnalysis analysis, Func<ChannelGroup, int> least)
    {
        var (saliency, context) = (new L1Saliency(), new SaliencyContext(model.Graph, analysis));
        return GroupLadders.Of(model, analysis, new FixedStep(8), least, (group, count) => saliency.Lowest(context, group, count));
    }

    private sealed class Memory : IStaircaseMemory
    {
        private readonly Dictionary<string, SurveyedKind> _kinds = [];

        public SurveyedKind? Of(string layer) => _kinds.GetValueOrDefault(layer);

        public void Keep(ImmutableArray<SurveyedKind> kinds, int trials)
        {
            foreach (var kind in kinds)
                foreach (var layer in kind.Layers) _kinds[layer] = kind;
        }

        public void Forget(LayerStaircase staircase)
        {
            foreach (var layer in _kinds.Where(k => k.Value.Points.SequenceEqual(staircase.Measured)).Select(k => k.Key).ToList()) _kinds.Remove(layer);
        }
    }

    /// <summary>Times that no few points tell: they go up and down by a tenth.</summary>
    private sealed class UnevenKernels : IKernelTimes
    {
        public Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation) => Task.FromResult(new KernelTimes(
            tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => LawfulKernels.Seconds(t.Computation) * (1 + (0.1 * (t.Computation.Axes.Sum(a => a.Extent) / 8 % 3))), StringComparer.Ordinal), 0));
    }

    private static ModelGraph WithNarrowMerge()
    {
        var group = s_analysis.Groups.Single(g => g.Layers.Contains("merge"));
        return ChannelRemover.Remove(s_model.Graph, s_analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = [.. Enumerable.Range(0, 8)] });
    }

    private static ModelGraph Network()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3), name: "first"));
        x = b.Relu(b.Add(Block(b, x, "block1"), x));
        x = b.Relu(b.Add(Block(b, x, "block2"), x));
        x = b.Relu(b.Depthwise(x, Window.Same(3), name: "depthwise"));
        var sides = b.Concat([b.Relu(b.Conv(x, 16, Window.Same(1), name: "left")), b.Relu(b.Conv(x, 24, Window.Same(3), name: "right"))]);
        x = b.Relu(b.Conv(sides, 40, Window.Same(3, stride: 2), name: "merge"));
        return b.Build(b.Dense(b.Flatten(b.MaxPool(x, Window.Same(3, stride: 2))), 10));
    }

    private static string Block(GraphBuilder b, string x, string name) =>
        b.Conv(b.Relu(b.Conv(x, 48, Window.Same(3), name: $"{name}a")), 32, Window.Same(3), name: $"{name}b");
}
