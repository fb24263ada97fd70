using CPrune.Training.Data;

namespace CPrune.Training.Recipes;

/// <summary>
/// How a network is trained from nothing unless options say otherwise: SGD with a cosine from 0.1, momentum 0.9, weight decay 5e-4. <c>models/quickstart.onnx</c> is
/// <c>quicknet</c> trained on <c>builtin</c> this way with seed 1.
/// </summary>
public static class TrainingDefaults
{
    public const int Epochs = 8;

    public const int BatchSize = 64;

    public const double LearningRate = 0.1;

    public const double Momentum = 0.9;

    public const double WeightDecay = 5e-4;

    /// <summary>Of the weights, the order and the augmentation.</summary>
    public const int Seed = 1;

    /// <param name="images">What is trained on; an epoch sees as many.</param>
    public static TrainingRecipe Recipe(ImageSet images, double epochs, int seed) => new(
        (long)Math.Ceiling(images.Count * epochs), BatchSize, LearningRate, LearningRateSchedule.Cosine, Momentum, WeightDecay,
        Distillation: 0, DistillationTemperature: 4, RecalibrationImages: 0, seed);
}
