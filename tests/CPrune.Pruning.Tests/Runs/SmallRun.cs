using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Settings;
using CPrune.Pruning.Steps;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A run on a small model in a folder of its own, with parts that only calculate.</summary>
public sealed class SmallRun : IDisposable
{
    public const int TrainImages = 500;
    public const int SelectionImages = 400;
    public const int UnseenImages = 600;

    /// <summary>Half a point below the original.</summary>
    public const double Floor = 0.945;

    /// <summary>The test set is the selection part and the unseen images.</summary>
    public static DataSplits Split { get; } = new(
        Images(TrainImages), Images(SelectionImages), Images(UnseenImages), Images(SelectionImages + UnseenImages), Normalization.ImageNet,
        new Augmentation(0, false), "made-up");

    /// <summary>The selection part is the user's validation set: nothing of the test set was seen.</summary>
    public static DataSplits Validated { get; } = Split with { Test = Split.Unseen, Fingerprint = "made-up validated" };

    public static ModelGraph Model { get; } = Build();

    /// <summary>Layers that can be cut in many ways.</summary>
    public static ModelGraph Wide { get; } = BuildWide();

    public string Folder { get; } = Path.Combine(Directory.CreateTempSubdirectory("cprune-test-").FullName, "out");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);

    /// <summary>Begins from nothing.</summary>
    public void Clear() => Directory.Delete(Folder, recursive: true);

    /// <summary>A model loses a point with half of its parameters before it is trained.</summary>
    public static FakeTrainer Trainer(Fuse fuse, ModelGraph? model = null) => new(fuse, model ?? Model, k: 0.02, recovery: 0.3);

    public async Task<RunRecord> ExecuteAsync(
        Fuse fuse, FakeTrainer? trainer = null, ITuner? tuner = null, FakeCompiler? compiler = null, double floor = Floor, ModelGraph? model = null,
        string policy = PolicyCatalog.Default, Goal? goal = null, CutLimits? limits = null, PruneSettings? settings = null, ISaliency? saliency = null,
        FakeAttribution? attribution = null, TimeSpan? timeLimit = null, PacedClock? clock = null, IProgress<RunEvent>? progress = null,
        IRecordStore? records = null, Func<CompareOptions, double, double>? seen = null, IReferenceRuntime? reference = null, bool withTrace = false,
        TrainingBudget? training = null, DataSplits? data = null, string? behind = null, bool prepares = false)
    {
        model ??= Model;
        clock ??= new PacedClock();
        fuse.Pass ??= clock.Pass;
        await using var device = new FakeDevice(fuse, seen);
        var services = new PruneServices(
            device, tuner ?? new FakeTuner(fuse), compiler ?? new FakeCompiler(), trainer ?? Trainer(fuse, model), saliency,
            new StructureStep(), reference, clock)
        {
            Records = records ?? KnownWorkloads.Records(),
            Attribution = attribution ?? new FakeAttribution(),
        };
        var request = Request(policy, model, floor, timeLimit) with
        {
            Data = data ?? Split,
            Goal = goal ?? new Goal.Accuracy(new AccuracyFloor.AtLeast(floor)),
            Limits = limits ?? new CutLimits(),
            Settings = settings ?? new PruneSettings(),
            Training = training ?? new TrainingBudget(),
            WithTrace = withTrace || goal is Goal.Trace,
            BeginsBehind = behind,
        };
        var run = new PruneRun(request, services);
        if (!prepares) return await run.ExecuteAsync(progress ?? new Progress<RunEvent>(), TestContext.Current.CancellationToken);
        await run.PrepareAsync(progress ?? new Progress<RunEvent>(), TestContext.Current.CancellationToken);
        return null!;
    }

    /// <summary>What the steps of a run work with, before the first of them.</summary>
    internal RunContext Open(Fuse fuse, FakeTrainer trainer, PacedClock clock) => RunContext.Open(
        Request(PolicyCatalog.Default, Model, Floor, null),
        new PruneServices(new FakeDevice(fuse), new FakeTuner(fuse), new FakeCompiler(), trainer, new L1Saliency(), new StructureStep(), null, clock)
        {
            Records = KnownWorkloads.Records(),
        },
        new Progress<RunEvent>());

    private PruneRequest Request(string policy, ModelGraph model, double floor, TimeSpan? timeLimit) => new(
        "model.onnx", OnnxFile.ToBytes(model), model, "made up", Split, new Goal.Accuracy(new AccuracyFloor.AtLeast(floor)), timeLimit, 1, Folder,
        new Dictionary<string, string> { ["min-accuracy"] = $"{floor}", ["policy"] = policy, ["time-limit"] = timeLimit is { } l ? $"{l}" : "none" })
    {
        Policy = policy,
    };

    private static ImageSet Images(int count) =>
        new(3, 8, 8, new byte[count * 3 * 8 * 8], [.. Enumerable.Range(0, count).Select(i => i % 10)], [.. Enumerable.Range(0, 10).Select(i => $"class {i}")]);

    private static ModelGraph BuildWide()
    {
        var b = new GraphBuilder("wide", 1);
        var x = b.Input(3, 8, 8);
        for (var layer = 0; layer < 4; layer++) x = b.Relu(b.Conv(x, 128, Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }

    private static ModelGraph Build()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3, stride: 2))));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
