using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Recipes;

public enum LearningRateSchedule
{
    Constant,

    /// <summary>From the peak to zero along a half cosine, after a linear warm-up over the first twentieth.</summary>
    Cosine,
}

/// <param name="Images">Training images to see, counted with repetition: the unit of cost on a slow machine.</param>
/// <param name="Distillation">Weight of the teacher's soft labels in the loss, 0 to 1; needs a teacher.</param>
/// <param name="RecalibrationImages">Images whose statistics replace batch norm's running ones before training; 0 for none.</param>
public sealed record TrainingRecipe(
    long Images,
    int BatchSize,
    double LearningRate,
    LearningRateSchedule Schedule,
    double Momentum,
    double WeightDecay,
    double Distillation,
    double DistillationTemperature,
    int RecalibrationImages,
    int Seed)
{
    /// <summary>The paper's optimiser: SGD, lr 1e-4, momentum 0.9, weight decay 5e-4.</summary>
    public static TrainingRecipe Paper(long images, int seed) =>
        new(images, 128, 1e-4, LearningRateSchedule.Constant, 0.9, 5e-4, 0, 4, 0, seed);

    /// <summary>Weight of the teacher's hints in the loss: of the mean of their squared errors, each relative to its square.</summary>
    public double HintWeight { get; init; }

    /// <summary>Of gradient descent; recalibration and evaluation are in 32 bits.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>
    /// Of <see cref="Images"/>, those that an earlier sitting saw: order, augmentation and learning rate go on behind them; momentum starts anew.
    /// </summary>
    public long ImagesBefore { get; init; }

    /// <summary>
    /// If the recipe is a part of a longer training: the shares of that training which lie before it and up to its end, from 0 to 1. The learning rate
    /// follows the schedule of the whole.
    /// </summary>
    public (double From, double To) Part { get; init; } = (0, 1);
}

/// <param name="ImagesDone">Those of earlier sittings among them.</param>
/// <param name="Snapshot">Gives the graph with the weights as they are now; only while the progress is being reported.</param>
public sealed record TrainingProgress(long ImagesDone, long ImagesPlanned, double Loss, double ImagesPerSecond, Func<ModelGraph>? Snapshot = null);

/// <summary>Trains a graph: builds a module from it, runs a recipe, and gives the graph back with the trained weights. Structure and names stay.</summary>
public interface ITrainer
{
    /// <param name="teacher">The model whose soft labels are learned from; null without distillation.</param>
    ModelGraph Train(
        ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation);

    /// <summary>Classifies every image.</summary>
    Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation);
}

/// <summary>Top-1 as counts, so that it can be compared exactly; <see cref="Correct"/> per image for paired comparisons.</summary>
public sealed record Accuracy(int Hits, int Total, IReadOnlyList<bool> Correct)
{
    /// <summary>A share from 0 to 1.</summary>
    public double Top1 => Total == 0 ? 0 : (double)Hits / Total;

    /// <summary>Mean cross entropy with the labels, in nats: it tells models apart that answer all images alike.</summary>
    public double MeanLoss { get; init; }
}
