using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <param name="Model">With the weights it has come to.</param>
/// <param name="Top1">On the selection split.</param>
/// <param name="Answers">On the whole split; null where a part of it was enough to refuse the model.</param>
/// <param name="Change">Against the accepted model; null where that one's answers are not known.</param>
/// <param name="Images">Seen; fewer than planned where the answer was clear before.</param>
internal sealed record TrainedCandidate(ModelGraph Model, double Top1, IReadOnlyList<bool>? Answers, PairedDifference? Change, long Images);

/// <summary>
/// The short training of a candidate (docs/how-it-works.md, "The walk", 4), in stages that end as soon as the answer is clear: training is most of a run's time. Between stages a part of the split is looked at; a candidate that passes
/// is judged on all of it.
/// </summary>
internal static class ShortTraining
{
    /// <summary>Ends of the stages, as shares of the whole.</summary>
    private static readonly double[] s_stages = [0.25, 0.5, 1];

    private static readonly double[] s_whole = [1];

    /// <summary>Judging a stage takes about as long as training on a third of as many images; a training shorter than this many times the images looked at is not worth it.</summary>
    private const int LeastParts = 2;

    /// <summary>So that no stage sees the images of another candidate's.</summary>
    private const int SeedsBetweenStages = 104_729;

    /// <param name="recalibrated">The candidate with batch norm's statistics estimated anew.</param>
    /// <param name="untrained">Its answers on the part of the selection split.</param>
    /// <param name="isProbe">It is compared with others, so that it is trained as much as they are unless it is refused.</param>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public static TrainedCandidate Run(
        RunSession session, ModelGraph recalibrated, Accuracy untrained, EarlyStop stop, bool isProbe, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var planned = session.State.Plan!.ShortImages;
        var accepted = session.AcceptedAnswers();
        var stages = accepted is null ? s_whole : Stages(session, planned);
        var (model, seen, top1) = (recalibrated, 0L, untrained.Top1);
        for (var stage = 0; ; stage++)
        {
            (model, seen) = Advance(session, model, session.ShortRate, planned, stages, stage, seed, progress, cancellation);
            var left = stages.Length - 1 - stage;
            if (left == 0) return OnWholeSplit();
            var answers = Evaluate(() => session.Accuracy.AnswersOnPart(model, cancellation));
            var change = PairedDifference.Of(session.Accuracy.Part.Of(accepted!), answers.Correct);
            switch (stop.Passes(change, answers.Top1 - top1, left))
            {
                case true when !isProbe && OnWholeSplit() is var judged && stop.Passes(judged.Top1):
                    return judged;
                case false:
                    return new TrainedCandidate(model, stop.Accepted + change.Change, null, change, seen);
            }

            top1 = answers.Top1;
        }

        TrainedCandidate OnWholeSplit()
        {
            var whole = Evaluate(() => session.Accuracy.AnswersOnSelection(model, cancellation));
            return new TrainedCandidate(model, whole.Top1, whole.Correct, accepted is null ? null : PairedDifference.Of(accepted, whole.Correct), seen);
        }

        Accuracy Evaluate(Func<Accuracy> evaluation) => session.Clock.Time(PhaseClock.Evaluating, evaluation);
    }

    /// <summary>The whole training, stage by stage, judged nowhere.</summary>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public static ModelGraph RunAllStages(
        RunSession session, ModelGraph model, double rate, long planned, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var stages = Stages(session, planned);
        for (var stage = 0; stage < stages.Length; stage++) (model, _) = Advance(session, model, rate, planned, stages, stage, seed, progress, cancellation);
        return model;
    }

    private static double[] Stages(RunSession session, long planned) => planned >= LeastParts * session.Accuracy.Part.Images.Count ? s_stages : s_whole;

    private static (ModelGraph Model, long Seen) Advance(
        RunSession session, ModelGraph model, double rate, long planned, double[] stages, int stage, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var (before, after) = (stage == 0 ? 0 : (long)(planned * stages[stage - 1]), (long)(planned * stages[stage]));
        var all = new Relay<TrainingProgress>(p => progress.Report(p with { ImagesDone = before + p.ImagesDone, ImagesPlanned = planned }));
        var trained = session.Clock.Time(PhaseClock.Training, () => session.Accuracy.ShortTrain(
            model, session.Original, rate, after - before, unchecked(seed + (stage * SeedsBetweenStages)), all, cancellation));
        return (trained, after);
    }
}
