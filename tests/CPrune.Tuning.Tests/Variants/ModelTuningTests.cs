using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Tuning.Records;
using CPrune.Tuning.Variants;
using Window = CPrune.Graph.Building.Window;

namespace CPrune.Tuning.Tests.Variants;

/// <summary>What is one decision for a whole model is decided by timing the whole model.</summary>
public sealed class ModelTuningTests : IDisposable
{
    private const string Plain = "channels last, kernel by kernel";
    private const string Chained = "channels last, in chains";
    private const string Blocked = "blocks of 16 channels, kernel by kernel";
    private const string BlockedChained = "blocks of 16 channels, in chains";

    private readonly SqliteRecordStore _records = SqliteRecordStore.InMemory();
    private readonly VariantTuner _tuner = new();

    [Theory]
    [InlineData(Plain, 1.0, 1.1, 1.2)]
    [InlineData(Plain, 0.995, 0.993, 1.0)]
    [InlineData(Chained, 0.9, 1.1, 1.0)]
    [InlineData(Chained, 0.9, 0.95, 0.92)]
    [InlineData(Blocked, 1.1, 0.9, 1.0)]
    [InlineData(BlockedChained, 0.9, 0.95, 0.8)]
    public async Task The_fastest_variant_is_chosen_and_noted(string fastest, double chained, double blocked, double blockedChained)
    {
        var device = Device(chained, blocked, blockedChained);
        var tuned = await TuneAsync(AllowedVariants.All, device);

        Assert.Equal(fastest, $"{tuned.Plan.Choices.Variant}");
        Assert.Equal(fastest, $"{tuned.Choice!.Chosen}");
        Assert.Equal(Plain, $"{tuned.Choice.First}");
        Assert.Equal([(Chained, chained), (Blocked, blocked), (BlockedChained, blockedChained)], tuned.Choice.Timed.Select(t => ($"{t.Variant}", t.Ratio)));
        Assert.Equal(tuned.Plan.Tasks.Select(t => t.Key), tuned.Tasks.Select(t => t.Task.Key));
        Assert.All(device.Compared.Skip(1), c => Assert.Equal(Plain, c.Old));
        Assert.Equal((20, TimeSpan.FromSeconds(2)), (tuned.Trials, tuned.Elapsed));
        Assert.Equal(tuned.Choice, _records.Choice(Conditions.Of(device), Of(AllowedVariants.All).Key)!.Choice);
    }

    [Fact]
    public async Task A_layout_that_is_not_certainly_faster_untuned_is_not_tuned()
    {
        var tuned = await TuneAsync(AllowedVariants.All, Device(1, 0.5, 0.5, blockedUntuned: 0.995));

        Assert.Single(_tuner.Calls);
        Assert.Equal(Plain, $"{tuned.Plan.Choices.Variant}");
        Assert.Equal([(Chained, true), (Blocked, false)], tuned.Choice!.Timed.Select(t => ($"{t.Variant}", t.IsTuned)));
    }

    [Theory]
    [InlineData(0.95, 2)]
    [InlineData(1.0, 1)]
    public async Task Where_nothing_was_measured_what_was_noted_is_chosen_again(double blockedUntuned, int layouts)
    {
        var first = await TuneAsync(AllowedVariants.All, Device(0.9, 1, 1, blockedUntuned));
        var (device, times) = (Device(1.2, 1.2, 1.2, blockedUntuned), _tuner.Calls.Count);
        _tuner.Trials = 0;
        var again = await TuneAsync(AllowedVariants.All, device);

        Assert.Equal(layouts, times);
        Assert.Equal(2 * layouts, _tuner.Calls.Count);
        Assert.Equal(first.Choice, again.Choice);
        Assert.Equal(Chained, $"{again.Plan.Choices.Variant}");
        Assert.Empty(device.Compared);

        _tuner.Trials = 1;
        Assert.Equal(Plain, $"{(await TuneAsync(AllowedVariants.All, device)).Plan.Choices.Variant}");
    }

    [Fact]
    public async Task Layouts_share_the_time_and_have_the_trials_each()
    {
        await TuneAsync(AllowedVariants.All, Device(1, 1, 1));

        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)], _tuner.Calls.Select(c => c.TimeLimit!.Value));
        Assert.Equal(_tuner.Calls[0].Trials, _tuner.Calls[1].Trials);
    }

    [Fact]
    public async Task What_is_asked_for_is_neither_timed_nor_noted()
    {
        var device = new VariantDevice(_ => throw new InvalidOperationException("nothing is to be timed"));
        var tuned = await TuneAsync(new AllowedVariants(true, true), device);

        Assert.Equal(BlockedChained, $"{tuned.Plan.Choices.Variant}");
        Assert.Empty(tuned.Choice!.Timed);
        Assert.Null(_records.Choice(Conditions.Of(device), Of(new AllowedVariants(true, true)).Key));
    }

    [Fact]
    public async Task A_model_without_anything_to_chain_is_not_timed_in_chains()
    {
        var tuned = await TuneAsync(new AllowedVariants(false, null), Device(0.5, 1, 1), hasChains: false);

        Assert.Equal(Plain, $"{tuned.Plan.Choices.Variant}");
        Assert.Empty(tuned.Choice!.Timed);
    }

    public void Dispose() => _records.Dispose();

    private static VariantDevice Device(double chained, double blocked, double blockedChained, double blockedUntuned = 0.9) => new(library => library switch
    {
        Plain or $"{Plain}, untuned" => 1,
        $"{Blocked}, untuned" => blockedUntuned,
        Chained => chained,
        Blocked => blocked,
        BlockedChained => blockedChained,
        _ => throw new InvalidOperationException(library),
    });

    private static ModelAlternatives Of(AllowedVariants allowed) => ModelAlternatives.Of(Net(), [Algorithm.Direct], allowed, Targets.Wide());

    private Task<TunedPlan> TuneAsync(AllowedVariants allowed, VariantDevice device, bool hasChains = true) =>
        new ModelTuning(_tuner, new VariantCompiler(hasChains), device, _records, new ManualTime()).TuneAsync(
            Of(allowed), new ModelTuningOptions(4, TimeSpan.FromMinutes(1), 1, new Dictionary<string, Schedule>()), null, CancellationToken.None);

    private static ModelGraph Net()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Depthwise(x, Window.Same(3)))), 10));
    }
}
