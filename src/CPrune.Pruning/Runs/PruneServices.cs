using CPrune.Compiler.Models;
using CPrune.Devices;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;
using CPrune.Training.Attribution;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Runs;

/// <summary>The parts a run works with; each can be replaced by a recorded one in a test.</summary>
/// <param name="Saliency">Null for the policy's own (<see cref="Policies.PolicyCatalog.SaliencyOf"/>).</param>
public sealed record PruneServices(
    IDevice Device,
    ITuner Tuner,
    IModelCompiler Compiler,
    ITrainer Trainer,
    ISaliency? Saliency,
    IStepRule StepRule,
    IReferenceRuntime? Reference,
    TimeProvider Clock)
{
    /// <summary>What the tuner files its measurements in, and where it is noted which variant of a model was chosen.</summary>
    public required IRecordStore Records { get; init; }

    /// <summary>For saliencies that judge by images.</summary>
    public IAttribution Attribution { get; init; } = new TorchAttribution();
}
