using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
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
    public const int TestImages = 30;
    public const int SelectionImages = 20;
    public const double Floor = 0.943;

    public static ModelGraph Model { get; } = Build();

    /// <summary>Layers that can be cut in many ways.</summary>
    public static ModelGraph Wide { get; } = BuildWide();

    public string Folder { get; } = Path.Combine(Directory.CreateTempSubdirectory("cprune-test-").FullName, "out");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);

    public async Task<RunRecord> ExecuteAsync(
        Fuse fuse, FakeTrainer? trainer = null, ITuner? tuner = null, FakeCompiler? compiler = null, double floor = Floor, ModelGraph? model = null,
        IPolicy? policy = null, Goal? goal = null, WalkLimits? limits = null, ISaliency? saliency = null, FakeAttribution? attribution = null,
        TimeSpan? timeLimit = null, TimeProvider? clock = null, IProgress<RunEvent>? progress = null, IRecordStore? records = null, ITrainer? itsTrainer = null,
        int selectionImages = SelectionImages, Func<CompareOptions, double, double>? seen = null, IReferenceRuntime? reference = null, bool withTrace = false,
        TrainingBudget? training = null)
    {
        model ??= Model;
        await using var device = new FakeDevice(fuse, seen);
        var services = new PruneServices(
            device, tuner ?? new FakeTuner(fuse), compiler ?? new FakeCompiler(), itsTrainer ?? trainer ?? new FakeTrainer(fuse, model, 0.01), saliency ?? new L1Saliency(),
            new StructureStep(), policy ?? PolicyCatalog.Find(PolicyCatalog.Default), reference, clock ?? TimeProvider.System)
        {
            Records = records ?? KnownWorkloads.Records(),
            Attribution = attribution ?? new FakeAttribution(),
        };
        var request = new PruneRequest(
            "model.onnx", OnnxFile.ToBytes(model), model, "made up", Data(selectionImages), goal ?? new Goal.Accuracy(floor), timeLimit, 1, Folder,
            new Dictionary<string, string> { ["min-accuracy"] = $"{floor}", ["time-limit"] = timeLimit is { } l ? $"{l}" : "none" })
        {
            Limits = limits ?? new WalkLimits(),
            Training = training ?? new TrainingBudget(),
            WithTrace = withTrace || goal is Goal.Trace,
        };
        return await new PruneRun(request, services).ExecuteAsync(progress ?? new Progress<RunEvent>(), TestContext.Current.CancellationToken);
    }

    private static DataSplits Data(int selectionImages) =>
        new(
            Images(Math.Max(50, selectionImages / 4)), Images(selectionImages), Images(TestImages), Images(TestImages),
            Normalization.ImageNet, new Augmentation(0, false), "made-up");

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
