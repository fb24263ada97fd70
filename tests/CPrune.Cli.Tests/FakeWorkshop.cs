using CPrune.Cli.Composition;
using CPrune.Cli.Reference;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Tests;

/// <summary>Parts without a device, a tool chain or torch. What a test does not set is a defect when it is asked for.</summary>
internal sealed class FakeWorkshop : IWorkshop
{
    public static Target Avx2 { get; } = new("x86-64-v3", "x86_64-unknown-linux-gnu", "x86-64-v3", "", InstructionSet.Avx2, 1);

    public CancellationTokenSource Stop { get; } = new();

    public Func<Target> Target { get; set; } = () => Avx2;

    public ITrainer? Trainer { get; set; }

    public SqliteRecordStore Records { get; } = SqliteRecordStore.InMemory();

    /// <summary>Where set, commands open this file, as they do in earnest, instead of <see cref="Records"/>.</summary>
    public string? RecordFile { get; set; }

    public Target FindTarget(string name, int threads) => Target() with { Name = name, Threads = threads };

    public Target FindRunnableTarget(string name, int threads) => FindTarget(name, threads);

    public CacheState CachesFor(ModelAlternatives alternatives) => CacheState.Warm;

    public IDevice OpenDevice(Target target, CacheState caches, TimeProvider clock) => throw new InvalidOperationException("no device in this test");

    public IRecordStore OpenRecords(string cacheFolder) => RecordFile is null ? Records : new SqliteRecordStore(RecordFile);

    public ITuner CreateTuner(IDevice device, IRecordStore records, TimeProvider clock) => throw new InvalidOperationException("no tuner in this test");

    public IModelCompiler CreateCompiler(Target target, string cacheFolder) => throw new InvalidOperationException("no compiler in this test");

    public ITrainer CreateTrainer(TimeProvider clock) => Trainer ?? throw new InvalidOperationException("no trainer in this test");

    public IReferenceRuntime OpenReference(TimeProvider clock) => new OnnxRuntimeReference(clock);
}

/// <summary>A trainer that learns nothing and judges as ONNX Runtime does, but for a fixed number of images.</summary>
internal sealed class FakeTrainer(int wrongBy) : ITrainer
{
    public ModelGraph Train(
        ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        progress?.Report(new TrainingProgress(recipe.Images, recipe.Images, 0.5, 100));
        return graph;
    }

    public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        var top1 = new OnnxRuntimeReference(TimeProvider.System).Evaluate(Graph.Onnx.OnnxFile.ToBytes(graph), images, normalization, cancellation).Top1;
        var hits = (int)Math.Round(top1 * images.Count) + wrongBy;
        return new Accuracy(hits, images.Count, [.. Enumerable.Range(0, images.Count).Select(i => i < hits)]);
    }
}
