using CPrune.Graph;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>A part of a training.</summary>
/// <param name="Images">To see in this part.</param>
/// <param name="Share">Shares of the whole training before the part and up to its end.</param>
/// <param name="Rate">Peak learning rate of the whole.</param>
/// <param name="Batch">Images of one step.</param>
internal sealed record TrainingPart(
    long Images, (double From, double To) Share, double Rate, LearningRateSchedule Schedule, int Batch, int Seed);

/// <summary>
/// Everything about accuracy: trains, and evaluates on the selection part. The held-out images that carry the promise are read elsewhere
/// (<see cref="HeldOutReading"/>).
/// </summary>
public sealed class AccuracySide(PruneRequest request, ITrainer trainer)
{
    /// <summary>Images that batch norm's statistics are estimated from: more change no decision (Li et al., "EagleEye", ECCV 2020, section 3.2).</summary>
    private const int RecalibrationImages = 1024;

    private (int Count, ImageSet Images)? _look;

    /// <param name="teacher">Null to learn from labels only.</param>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    internal ModelGraph Train(
        ModelGraph model, Teacher? teacher, TrainingPart part, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var settings = request.Settings;
        var distillation = teacher is null ? 0 : settings.Distillation;
        var recipe = new TrainingRecipe(
            part.Images, part.Batch, part.Rate, part.Schedule, settings.Momentum, settings.WeightDecay, distillation, settings.Temperature, 0, part.Seed)
        {
            HintWeight = teacher is null ? 0 : settings.HintWeight,
            Precision = request.Training.Precision,
            Part = part.Share,
        };
        return trainer.Train(
            model, teacher, request.Data.Train, request.Data.Normalization, request.Data.Augmentation, recipe, progress, cancellation);
    }

    /// <summary>Estimates batch norm's statistics anew, from training images; weights stay.</summary>
    public ModelGraph Recalibrate(ModelGraph model, CancellationToken cancellation) => Recalibrate(model, RecalibrationImages, cancellation);

    /// <summary>Answers the whole selection part, image by image.</summary>
    public Accuracy OnSelection(ModelGraph model, CancellationToken cancellation) =>
        trainer.Evaluate(model, request.Data.Selection, request.Data.Normalization, cancellation);

    /// <summary>Answers the whole test set; only for a run that has no referee, and for the trade-off once all is decided.</summary>
    public Accuracy OnTest(ModelGraph model, CancellationToken cancellation) =>
        trainer.Evaluate(model, request.Data.Test, request.Data.Normalization, cancellation);

    /// <summary>
    /// Mean loss, in nats, on some images of the selection part after batch norm's statistics were estimated anew: enough to tell models apart that
    /// are not trained yet.
    /// </summary>
    internal double LossAtALook(ModelGraph model, int images, CancellationToken cancellation)
    {
        var selection = request.Data.Selection;
        if (_look?.Count != images) _look = (images, images >= selection.Count ? selection : selection.Take(Spread(selection.Count, images)));
        var recalibrated = Recalibrate(model, Math.Min(images / 2, RecalibrationImages), cancellation);
        return trainer.Evaluate(recalibrated, _look.Value.Images, request.Data.Normalization, cancellation).MeanLoss;
    }

    private ModelGraph Recalibrate(ModelGraph model, int images, CancellationToken cancellation) => trainer.Train(
        model, null, request.Data.Train, request.Data.Normalization, request.Data.Augmentation,
        new TrainingRecipe(0, request.Settings.Batch, 0, LearningRateSchedule.Constant, 0, 0, 0, 1, images, request.Seed), null, cancellation);

    /// <summary>Positions at even distances.</summary>
    private static List<int> Spread(int count, int images) => [.. Enumerable.Range(0, images).Select(i => (int)((long)i * count / images))];
}
