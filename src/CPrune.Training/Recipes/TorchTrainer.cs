using CPrune.Graph;
using CPrune.Graph.Rewrites;
using CPrune.Training.Data;
using CPrune.Training.Evaluation;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using TorchSharp;

namespace CPrune.Training.Recipes;

/// <summary>
/// Trains with torch on the CPU. The same graph, images, recipe and seed give the same weights on the same machine with the same number of threads; another machine or
/// thread count sums in another order.
/// </summary>
/// <param name="time">For the speed that progress tells.</param>
public sealed class TorchTrainer(TimeProvider time) : ITrainer
{
    public TorchTrainer() : this(TimeProvider.System)
    {
    }

    /// <summary>Batch norm is our own while training; false for torch's, which benchmarks compare with.</summary>
    internal bool OwnNorms { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The model has a node that training does not know, or does not fit the images.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="IOException">The teacher's library is not there, or not one that CPrune wrote.</exception>
    public ModelGraph Train(
        ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        TorchRuntime.Ensure();
        DataChecks.ImagesFit(images, graph);
        torch.random.manual_seed(recipe.Seed); // Dropout draws from torch; batches and augmentation have generators of their own.
        using var module = new GraphModule(graph);
        using var asked = teacher is null || recipe.Distillation == 0 ? null : TeacherScores.Open(teacher, images, recipe);
        Recalibration.Run(module, images, normalization, recipe.RecalibrationImages, recipe.Seed, cancellation);
        var pass = ForwardPass.Training with { OwnNorms = OwnNorms };
        new TrainingSession(module, asked, teacher?.Hints ?? [], images, recipe, pass, time).Run(normalization, augmentation, progress, cancellation);
        return module.ToGraph();
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">As <see cref="Train"/>.</exception>
    public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        TorchRuntime.Ensure();
        DataChecks.ImagesFit(images, graph);
        // With batch norm folded, which torch would otherwise compute by itself. Not so the teacher of a training: in bfloat16 that was slower.
        using var module = new GraphModule(InferenceRewrites.ForAnyBatch(graph));
        return Classification.Run(module, images, normalization, time, cancellation);
    }
}
