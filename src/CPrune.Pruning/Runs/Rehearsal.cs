using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Cuts the original evenly and trains it shortly, as candidates are, then longer, as accepted models are where the floor is near (<see cref="SecondWind"/>), to learn two things: at what
/// learning rate (<see cref="RateSearch"/>), unless one was asked for, and what a point on the selection split is worth on the test set in the end (<see cref="SelectionScale"/>).
/// The model never becomes a candidate, so that no choice between candidates has seen the test set.
/// </summary>
internal sealed class Rehearsal(RunSession session, double ownSelection, TimePlan plan, CancellationToken cancellation)
{
    /// <summary>Of every group's channels; a larger share where a smaller loses too little to measure.</summary>
    private static readonly double[] s_shares = [0.1, 0.2, 0.4];

    private const double MeasurableLoss = 0.01;

    private readonly Dictionary<double, ModelGraph> _trained = [];

    /// <returns>Null where every training failed.</returns>
    public RehearsedCut? Execute()
    {
        foreach (var share in s_shares)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(
                PhaseClock.Training, FormattableString.Invariant($"a rehearsal with {share * 100:0} % of all filters gone, to learn how candidates are to be trained and read")));
            _trained.Clear();
            var recalibrated = session.Clock.Time(
                PhaseClock.Recalibrating, () => session.Accuracy.Recalibrate(Cut(session.Original, share), session.Request.Seed, cancellation));
            var first = new TriedRate(session.ShortRate, Train(recalibrated, session.ShortRate));
            if (ownSelection - first.SelectionTop1 < MeasurableLoss && share != s_shares[^1]) continue;

            var asked = session.Request.Training.ShortLearningRate;
            var best = asked is null ? RateSearch.Climb(first, rate => Train(recalibrated, rate))[0] : first;
            if (!_trained.TryGetValue(best.LearningRate, out var model)) return null;
            var usual = session.Request.Training.LongRate(best.LearningRate);
            var settled = SecondWind.Images(plan) == 0 ? null : TrainLonger(model, usual) ?? TrainLonger(model, usual / RateSearch.Factor);
            // Accepted models keep the better of their weights as well.
            var isBetter = settled?.Top1 > best.SelectionTop1;
            var test = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnTest(isBetter ? settled!.Model : model, cancellation));
            return new RehearsedCut(share, best.SelectionTop1, test)
            {
                LearningRate = asked is null ? best.LearningRate : null,
                LongLearningRate = settled?.Peak < usual ? settled.Peak : null,
                SettledSelectionTop1 = isBetter ? settled!.Top1 : settled is null ? null : best.SelectionTop1,
            };
        }

        return null;
    }

    /// <returns>Top-1 on the selection split; 0 where the training failed.</returns>
    private double Train(ModelGraph recalibrated, double rate)
    {
        var progress = new Relay<TrainingProgress>(p => session.Progress.Report(new RunEvent.PhaseAdvanced(
            PhaseClock.Training, p.ImagesDone, p.ImagesPlanned, "images", FormattableString.Invariant($"rehearsal at rate {rate:0.######}, loss {p.Loss:F3}"))));
        try
        {
            var trained = ShortTraining.RunAllStages(session, recalibrated, rate, plan.ShortImages, session.Request.Seed, progress, cancellation);
            _trained[rate] = trained;
            return session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnSelection(trained, cancellation));
        }
        catch (TrainingDivergedException e)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, FormattableString.Invariant($"rehearsal at rate {rate:0.######}: {e.Message}")));
            return 0;
        }
    }

    /// <returns>Null where it failed.</returns>
    private Settled? TrainLonger(ModelGraph model, double peak)
    {
        try
        {
            Accuracy? answers = null;
            for (var number = 0; number < SecondWind.Segments; number++)
            {
                var segment = new TrainingSegment(number, SecondWind.Segments, SecondWind.Images(plan), peak, unchecked(session.Request.Seed - 1 - number), "rehearsal, longer");
                (model, answers) = segment.Train(session, model, cancellation);
            }

            return new Settled(model, answers!.Top1, peak);
        }
        catch (TrainingDivergedException e)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"the rehearsal's longer training ended: {e.Message}"));
            return null;
        }
    }

    private static ModelGraph Cut(ModelGraph original, double share)
    {
        var context = new SaliencyContext(original, PruningGraph.Analyze(original));
        var saliency = new L1Saliency();
        return ChannelRemover.Remove(original, context.Analysis, context.Analysis.Groups.Where(g => g.Prunable).ToDictionary(
            g => g.Id, g => (IReadOnlyCollection<int>)saliency.Lowest(context, g, (int)(g.Channels * share))));
    }

    /// <summary>After the longer training.</summary>
    private sealed record Settled(ModelGraph Model, double Top1, double Peak);
}
