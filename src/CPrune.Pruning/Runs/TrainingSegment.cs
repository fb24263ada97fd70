using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>A part of a longer training that is journaled by itself, so that a kill loses no more than one.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Count">Segments of the training.</param>
/// <param name="Images">Of this one.</param>
/// <param name="Peak">Learning rate that the half cosine over all segments begins with.</param>
/// <param name="What">The training's name, for people.</param>
internal sealed record TrainingSegment(int Number, int Count, long Images, double Peak, int Seed, string What)
{
    /// <summary>Trains the model and answers the selection split with it, a part of it before the last segment: nothing is decided there.</summary>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public (ModelGraph Model, Accuracy Answers) Train(RunSession session, ModelGraph model, CancellationToken cancellation)
    {
        var progress = new Relay<TrainingProgress>(p => session.Progress.Report(new RunEvent.PhaseAdvanced(
            PhaseClock.Training, (Number * Images) + p.ImagesDone, Count * Images, "images", $"{What}, loss {p.Loss:F3}")));
        var trained = session.Clock.Time(PhaseClock.Training, () => session.Accuracy.LongTrain(model, session.Original, this, progress, cancellation));
        var isLast = Number == Count - 1;
        return (trained, session.Clock.Time(PhaseClock.Evaluating, () => isLast
            ? session.Accuracy.AnswersOnSelection(trained, cancellation)
            : session.Accuracy.AnswersOnPart(trained, cancellation)));
    }
}
