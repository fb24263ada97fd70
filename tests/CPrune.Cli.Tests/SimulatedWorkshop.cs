using CPrune.Cli.Composition;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Tests;

/// <summary>Parts that only calculate: a model takes a nanosecond a multiply-accumulate, and its accuracy falls with its parameters.</summary>
/// <param name="fuse">Of the trainer; null for one that holds.</param>
internal sealed class SimulatedWorkshop(ModelGraph original, Fuse? fuse = null) : IWorkshop
{
    private readonly Fuse _fuse = fuse ?? new Fuse();

    /// <summary>Where records were opened.</summary>
    public List<string> RecordFolders { get; } = [];

    public Target FindTarget(string name, int threads) => Pruning.Tests.Runs.FakeDevice.Avx2;

    public Target FindRunnableTarget(string name, int threads) => FindTarget(name, threads);

    public CacheState CachesFor(ModelAlternatives alternatives) => CacheState.Warm;

    public IDevice OpenDevice(Target target, CacheState caches, TimeProvider clock) => new Pruning.Tests.Runs.FakeDevice(new Fuse());

    public IRecordStore OpenRecords(string cacheFolder)
    {
        RecordFolders.Add(cacheFolder);
        return new SqliteRecordStore(Path.Combine(cacheFolder, "tuning.db"));
    }

    public ITuner CreateTuner(IDevice device, IRecordStore records, TimeProvider clock) => new FakeTuner(new Fuse());

    public IModelCompiler CreateCompiler(Target target, string cacheFolder) => new FakeCompiler();

    public ITrainer CreateTrainer(TimeProvider clock) => new Pruning.Tests.Runs.FakeTrainer(_fuse, original, 0.01);

    public IReferenceRuntime OpenReference(TimeProvider clock) => new SlowReference();

    private sealed class SlowReference : IReferenceRuntime
    {
        public string Name => "slow reference";

        public double LatencySeconds(ReadOnlyMemory<byte> model, int threads, CancellationToken cancellation) => model.Length * 1e-6;

        public Accuracy Evaluate(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation) =>
            Pruning.Tests.Runs.FakeTrainer.Answer(images, 0.95);

        public string? Disagreement(ReadOnlyMemory<byte> model, string library, ImageSet images, Normalization normalization, CancellationToken cancellation) => null;
    }
}
