using CPrune.Cli.Reference;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Pruning.Runs;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Composition;

/// <summary>The real parts.</summary>
internal sealed class Workshop : IWorkshop
{
    private const string RecordFile = "tuning.db";
    private const string KernelFolder = "kernels";

    public Target FindTarget(string name, int threads) => TargetCatalog.Find(name, threads);

    public Target FindRunnableTarget(string name, int threads)
    {
        var target = FindTarget(name, threads);
        ThisMachine.RequireToRun(target);
        return target;
    }

    public CacheState CachesFor(ModelAlternatives alternatives) => HostDevice.StateFor(alternatives.LargestWeightBytes);

    public IDevice OpenDevice(Target target, CacheState caches, TimeProvider clock) => new HostDevice(target, clock, caches: caches);

    public IRecordStore OpenRecords(string cacheFolder) => new SqliteRecordStore(Path.Combine(cacheFolder, RecordFile));

    public ITuner CreateTuner(IDevice device, IRecordStore records, TimeProvider clock) => new Tuner(device, records, clock);

    public IModelCompiler CreateCompiler(Target target, string cacheFolder) => new ModelCompiler(target, Path.Combine(cacheFolder, KernelFolder));

    public ITrainer CreateTrainer(TimeProvider clock) => new TorchTrainer(clock);

    public IReferenceRuntime OpenReference(TimeProvider clock) => new OnnxRuntimeReference(clock);
}
