using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Pruning.Runs;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Composition;

/// <summary>Where commands get the rooms' parts from; a test hands out its own.</summary>
internal interface IWorkshop
{
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: unknown, or LLVM is missing.</exception>
    Target FindTarget(string name, int threads);

    /// <summary><see cref="FindTarget"/> for a command that times code.</summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: also where this machine cannot run code for it.</exception>
    Target FindRunnableTarget(string name, int threads);

    /// <summary>
    /// What a model's kernels find in this machine's caches, inference after inference, whichever alternative is chosen: weights that are taken to stay on the chip look cheap, and those that are
    /// then chosen have to stay there.
    /// </summary>
    CacheState CachesFor(ModelAlternatives alternatives);

    /// <param name="caches">What programs find in the caches when they are timed.</param>
    IDevice OpenDevice(Target target, CacheState caches, TimeProvider clock);

    /// <summary>Tuning records shared by runs and models, in the cache folder.</summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Output: the file cannot be opened.</exception>
    IRecordStore OpenRecords(string cacheFolder);

    ITuner CreateTuner(IDevice device, IRecordStore records, TimeProvider clock);

    /// <summary>Makes shared libraries for a target; keeps compiled kernels in the cache folder.</summary>
    IModelCompiler CreateCompiler(Target target, string cacheFolder);

    ITrainer CreateTrainer(TimeProvider clock);

    IReferenceRuntime OpenReference(TimeProvider clock);
}
