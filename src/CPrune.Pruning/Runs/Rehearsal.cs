using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Cuts the original evenly and trains it shortly, as candidates are, to learn what a point on the selection split is worth on the test set
/// (<see cref="SelectionScale"/>). The model never becomes a candidate, so that no choice between candidates has seen the test set.
/// </summary>
internal static class Rehearsal
{
    /// <summary>Of every group's channels; the larger share where the smaller loses too little to measure.</summary>
    private static readonly double[] s_shares = [0.2, 0.4];

    private const double MeasurableLoss = 0.01;

    /// <returns>Null where the training failed.</returns>
    public static RehearsedCut? Execute(RunSession session, double ownSelection, long images, CancellationToken cancellation)
    {
        var (clock, accuracy) = (session.Clock, session.Accuracy);
        foreach (var share in s_shares)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(
                PhaseClock.Training, FormattableString.Invariant($"a rehearsal with {share * 100:0} % of all filters gone, to learn how accuracies are to be read")));
            ModelGraph trained;
            try
            {
                var recalibrated = clock.Time(PhaseClock.Recalibrating, () => accuracy.Recalibrate(Cut(session.Original, share), session.Request.Seed, cancellation));
                trained = clock.Time(PhaseClock.Training, () => accuracy.ShortTrain(
                    recalibrated, session.Original, 0, images, images, session.Request.Seed, new Relay<TrainingProgress>(_ => { }), cancellation));
            }
            catch (TrainingDivergedException e)
            {
                session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"the rehearsal ended: {e.Message}"));
                return null;
            }

            var selection = clock.Time(PhaseClock.Evaluating, () => accuracy.OnSelection(trained, cancellation));
            if (ownSelection - selection < MeasurableLoss && share != s_shares[^1]) continue;
            return new RehearsedCut(share, selection, clock.Time(PhaseClock.Evaluating, () => accuracy.OnTest(trained, cancellation)));
        }

        return null;
    }

    private static ModelGraph Cut(ModelGraph original, double share)
    {
        var context = new SaliencyContext(original, PruningGraph.Analyze(original));
        var saliency = new L1Saliency();
        return ChannelRemover.Remove(original, context.Analysis, context.Analysis.Groups.Where(g => g.Prunable).ToDictionary(
            g => g.Id, g => (IReadOnlyCollection<int>)saliency.Lowest(context, g, (int)(g.Channels * share))));
    }
}
