using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>Everything about accuracy: trains and evaluates. Decides on the selection split only; <see cref="OnTest"/> is for the original, the rehearsal, the result and the trade-off, once the walk is over.</summary>
public sealed class AccuracySide(PruneRequest request, ITrainer trainer)
{
    /// <summary>Segments of the long training: each is one journal entry, so a kill loses at most one.</summary>
    public const int LongSegments = 8;

    private const int RecalibrationImages = 1024;
    private const int ProbeImages = 640;
    private const int PartImages = 2000;

    private (int Images, SelectionPart Part)? _glance;

    /// <summary>
    /// Short training of a candidate (docs/how-it-works.md, "The walk", 4), or a stage of it. The rate falls to zero within each: at a constant rate the last steps' noise costs more accuracy than a cut.
    /// </summary>
    /// <param name="model">With batch norm's statistics estimated anew.</param>
    public ModelGraph ShortTrain(
        ModelGraph model, ModelGraph original, double rate, long images, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        Train(model, original, Recipe(images, rate, seed, 0) with { Schedule = LearningRateSchedule.Cosine }, progress, cancellation);

    /// <summary>Batch norm's statistics estimated anew, without training.</summary>
    public ModelGraph Recalibrate(ModelGraph candidate, int seed, CancellationToken cancellation) => Recalibrate(candidate, RecalibrationImages, seed, cancellation);

    /// <summary>Mean loss on some images of the selection split with batch norm's statistics estimated from half as many others: enough to tell parts that matter from others.</summary>
    internal double Glance(ModelGraph model, int images, CancellationToken cancellation)
    {
        if (_glance?.Images != images) _glance = (images, new SelectionPart(request.Data.Selection, images));
        return trainer.Evaluate(Recalibrate(model, images / 2, request.Seed, cancellation), _glance.Value.Part.Images, request.Data.Normalization, cancellation).MeanLoss;
    }

    /// <summary>One segment of a long training; the rates of the segments follow half a cosine.</summary>
    internal ModelGraph LongTrain(
        ModelGraph model, ModelGraph original, TrainingSegment segment, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var rate = segment.Peak * 0.5 * (1 + Math.Cos(Math.PI * (segment.Number + 0.5) / segment.Count));
        return Train(model, original, Recipe(segment.Images, rate, segment.Seed, 0), progress, cancellation);
    }

    public double OnSelection(ModelGraph model, CancellationToken cancellation) => AnswersOnSelection(model, cancellation).Top1;

    /// <summary>What is looked at where answers need not be exact.</summary>
    internal SelectionPart Part { get; } = new(request.Data.Selection, PartImages);

    /// <summary>Image by image, in the order of the part.</summary>
    internal Accuracy AnswersOnPart(ModelGraph model, CancellationToken cancellation) =>
        trainer.Evaluate(model, Part.Images, request.Data.Normalization, cancellation);

    /// <summary>Image by image, in the order of the split.</summary>
    public Accuracy AnswersOnSelection(ModelGraph model, CancellationToken cancellation) =>
        trainer.Evaluate(model, request.Data.Selection, request.Data.Normalization, cancellation);

    public double OnTest(ModelGraph model, CancellationToken cancellation) =>
        trainer.Evaluate(model, request.Data.Test, request.Data.Normalization, cancellation).Top1;

    /// <summary>Training images a second on this machine, from a short trial whose weights are thrown away.</summary>
    public double ImagesPerSecond(ModelGraph model, TimeProvider clock, CancellationToken cancellation)
    {
        var silent = new Progress<TrainingProgress>();
        Train(model, model, Recipe(ProbeImages / 5, 0, request.Seed, 0), silent, cancellation);
        var start = clock.GetTimestamp();
        Train(model, model, Recipe(ProbeImages, 0, request.Seed, 0), silent, cancellation);
        // The journal holds no infinity, whatever the clock's resolution.
        return ProbeImages / Math.Max(clock.GetElapsedTime(start).TotalSeconds, 1e-6);
    }

    private ModelGraph Recalibrate(ModelGraph model, int images, int seed, CancellationToken cancellation) =>
        Train(model, model, Recipe(0, 0, seed, images) with { Distillation = 0 }, new Progress<TrainingProgress>(), cancellation);

    private ModelGraph Train(
        ModelGraph model, ModelGraph original, TrainingRecipe recipe, IProgress<TrainingProgress> progress, CancellationToken cancellation) =>
        trainer.Train(
            model, recipe.Distillation > 0 ? new Teacher(original) : null, request.Data.Train, request.Data.Normalization, request.Data.Augmentation, recipe, progress, cancellation);

    private TrainingRecipe Recipe(long images, double rate, int seed, int recalibration) => TrainingRecipe.Paper(images, seed) with
    {
        LearningRate = rate,
        Distillation = request.Training.Distillation,
        RecalibrationImages = recalibration,
        Precision = request.Training.Precision,
    };
}
