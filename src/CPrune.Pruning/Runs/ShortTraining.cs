using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <param name="Model">With the weights it has come to.</param>
/// <param name="Answers">On the selection split.</param>
/// <param name="Images">Seen; fewer than planned where the answer was clear before.</param>
internal sealed record TrainedCandidate(ModelGraph Model, Accuracy Answers, long Images);

/// <summary>The short training of a candidate (method.md, step 4), in stages that end as soon as the answer is clear: training is most of a run's time.</summary>
internal static class ShortTraining
{
    /// <summary>Ends of the stages, as shares of the whole.</summary>
    private static readonly double[] s_stages = [0.25, 0.5, 1];

    private static readonly double[] s_whole = [1];

    /// <summary>Judging a stage takes about as long as training on a third of as many images; a training shorter than this many splits is not worth it.</summary>
    private const int LeastSplits = 2;

    /// <summary>So that no stage sees the images of another candidate's.</summary>
    private const int SeedsBetweenStages = 104_729;

    /// <param name="recalibrated">The candidate with batch norm's statistics estimated anew.</param>
    /// <param name="untrained">Its top-1 on the selection split.</param>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public static TrainedCandidate Run(
        RunSession session, ModelGraph recalibrated, double untrained, EarlyStop stop, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var planned = session.State.Plan!.ShortImages;
        var stages = session.State.Accepted[^1].Answers is { Length: > 0 } ? Stages(session, planned) : s_whole;
        var (model, seen, top1) = (recalibrated, 0L, untrained);
        for (var stage = 0; ; stage++)
        {
            (model, seen) = Advance(session, model, session.ShortRate, planned, stages, stage, seed, progress, cancellation);
            var answers = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.AnswersOnSelection(model, cancellation));
            var left = stages.Length - 1 - stage;
            if (left == 0 || IsClear(session, stop, answers, answers.Top1 - top1, left)) return new TrainedCandidate(model, answers, seen);
            top1 = answers.Top1;
        }
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

    private static double[] Stages(RunSession session, long planned) => planned >= LeastSplits * session.Request.Data.Selection.Count ? s_stages : s_whole;

    private static (ModelGraph Model, long Seen) Advance(
        RunSession session, ModelGraph model, double rate, long planned, double[] stages, int stage, int seed, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var (before, after) = (stage == 0 ? 0 : (long)(planned * stages[stage - 1]), (long)(planned * stages[stage]));
        var all = new Relay<TrainingProgress>(p => progress.Report(p with { ImagesDone = before + p.ImagesDone, ImagesPlanned = planned }));
        var trained = session.Clock.Time(PhaseClock.Training, () => session.Accuracy.ShortTrain(
            model, session.Original, rate, after - before, unchecked(seed + (stage * SeedsBetweenStages)), all, cancellation));
        return (trained, after);
    }

    private static bool IsClear(RunSession session, EarlyStop stop, Accuracy answers, double gain, int left) =>
        PairedDifference.Of(Answers.Unpack(session.State.Accepted[^1].Answers!, answers.Correct.Count), answers.Correct) is var change && stop.Passes(change, gain, left) is not null;
}
