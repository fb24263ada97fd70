using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Training.Data;
using CPrune.Training.Data.Builtin;
using CPrune.Training.Recipes;

namespace CPrune.Training.Tests.Recipes;

/// <summary>A task and a network small enough to train within a test.</summary>
internal static class SmallData
{
    public static readonly Normalization Normalization = new([0.5f], [0.25f]);

    public static readonly Augmentation None = new(0, Mirror: false);

    public static ImageSet Images(int count) => BuiltinImages.Generate(9, count, TestContext.Current.CancellationToken);

    /// <summary>Three convolutions with batch norm on 32 × 32 images.</summary>
    public static ModelGraph Network(int classes = 12, int seed = 1, bool norm = true)
    {
        var graph = new GraphBuilder("small", seed);
        var x = graph.Input(3, 32, 32);
        foreach (var filters in (int[])[12, 16, 24])
        {
            x = graph.Conv(x, filters, Window.Same(3, 2), bias: !norm);
            x = graph.Relu(norm ? graph.BatchNorm(x) : x);
        }

        return graph.Build(graph.Dense(graph.Flatten(x), classes));
    }

    public static TrainingRecipe Recipe(long images, double learningRate = 0.05) =>
        new(images, 32, learningRate, LearningRateSchedule.Cosine, 0.9, 5e-4, 0, 4, 0, Seed: 3);

    public static ModelGraph Train(ModelGraph graph, ImageSet images, TrainingRecipe recipe, Teacher? teacher = null, IProgress<TrainingProgress>? progress = null) =>
        new TorchTrainer().Train(graph, teacher, images, Normalization, None, recipe, progress, TestContext.Current.CancellationToken);

    public static Accuracy Evaluate(ModelGraph graph, ImageSet images) =>
        new TorchTrainer().Evaluate(graph, images, Normalization, TestContext.Current.CancellationToken);
}
