using System.Collections.Immutable;
using CPrune.Training.Data;
using CPrune.Training.Modules;
using TorchSharp;

namespace CPrune.Training.Recipes;

/// <summary>Gradient descent on one module.</summary>
/// <param name="teacher">Null without distillation.</param>
/// <param name="hints">Of the teacher; without one they are not used.</param>
/// <param name="pass">How the module computes, but for the recipe's precision.</param>
internal sealed class TrainingSession(
    GraphModule module, ITeacherScores? teacher, ImmutableArray<string> hints, ImageSet images, TrainingRecipe recipe, ForwardPass pass,
    TimeProvider time)
{
    private readonly HashSet<string> _hinted = teacher is null || recipe.HintWeight == 0
        ? []
        : hints.ToHashSet(StringComparer.Ordinal);

    private readonly List<double> _losses = [];

    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public void Run(Normalization normalization, Augmentation augmentation, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var steps = (recipe.Images + recipe.BatchSize - 1) / recipe.BatchSize;
        var before = recipe.ImagesBefore / recipe.BatchSize;
        if (steps <= before || module.Parameters.Count == 0) return;
        var optimizer = new Sgd(module.Parameters, recipe.Momentum, recipe.WeightDecay);
        var start = time.GetTimestamp();
        var step = before;
        using var cores = new FreeCores(time);
        foreach (var batch in BatchStream.Training(images, normalization, augmentation, recipe.BatchSize, steps, recipe.Seed, cancellation, skipped: before))
        {
            cores.Heed();
            _losses.Add(Step(optimizer, batch, LearningRates.At(recipe.Schedule, recipe.LearningRate, step, steps, recipe.Part)));
            var done = ++step * recipe.BatchSize;
            if (!double.IsFinite(_losses[^1])) throw new TrainingDivergedException(done);
            var perSecond = (step - before) * recipe.BatchSize / time.GetElapsedTime(start).TotalSeconds;
            progress?.Report(new(done, steps * recipe.BatchSize, RecentLoss(), perSecond, module.ToGraph));
        }
    }

    /// <returns>The loss before the step.</returns>
    private double Step(Sgd optimizer, Batch batch, double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        var input = batch.Images(images);
        var (asked, own) = (Watch(), Watch());
        var teacherScores = teacher?.Of(batch, input, asked);
        var scores = module.Scores(input, pass with { Precision = recipe.Precision }, own);
        if (_losses.Count == 0) DataChecks.LabelsFit(images, (int)scores.shape[1]);
        var loss = Losses.Of(scores, batch.Classes(), teacherScores, recipe.Distillation, recipe.DistillationTemperature);
        if (own is not null) loss = loss.Plus(Losses.OfHints(hints, own, asked!) * Scalars.Of(recipe.HintWeight));
        loss.backward();
        optimizer.Step(learningRate);
        return Scalars.Read(loss);
    }

    private LayerInputs? Watch() => _hinted.Count > 0 ? new LayerInputs(_hinted) : null;

    /// <summary>A single batch's loss jumps; the mean of the last ones can be watched.</summary>
    private double RecentLoss() => _losses.TakeLast(20).Average();
}
