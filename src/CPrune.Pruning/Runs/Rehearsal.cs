using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Cuts the original in width and depth and trains it shortly, as candidates are, then longer, as accepted models are where the floor is near (<see cref="SecondWind"/>), to learn two things: at
/// what learning rate (<see cref="RateSearch"/>), unless one was asked for, and what a point on the selection split is worth on the test set in the end (<see cref="SelectionScale"/>).
/// The model never becomes a candidate, so that no choice between candidates has seen the test set.
/// </summary>
internal sealed class Rehearsal(RunSession session, CancellationToken cancellation)
{
    /// <summary>Of every group's channels and of the blocks; a larger share where a smaller loses too little to measure.</summary>
    private static readonly double[] s_shares = [0.1, 0.2, 0.4];

    /// <summary>Of accuracy on the selection split: with less, what comes back of it is hardly more than noise.</summary>
    private const double MeasurableLoss = 0.03;

    private readonly TimePlan _plan = session.State.Plan!;

    private readonly ResidualBlock[] _blocks = [.. ModelCut.RemovableBlocks(session.Original, session.Request.Limits)];

    /// <summary>What a rehearsal keeps until it is over.</summary>
    public static IEnumerable<string> Blobs(RunState state) =>
        state.RehearsedRates.Select(r => r.ModelBlob).OfType<string>().Concat(state.RehearsedLonger.Keys.SelectMany(peak => new[] { LongerBlob(peak, 0), LongerBlob(peak, 1) }));

    /// <returns>Null where every training failed.</returns>
    public RehearsedCut? Execute()
    {
        foreach (var share in s_shares)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"a rehearsal without {Describe(share)}, to learn how candidates are to be trained and read"));
            var recalibrated = new Lazy<ModelGraph>(() => Recalibrate(Cut(share)));
            var first = Train(share, recalibrated, session.ShortRate);
            var own = session.State.Read!.SelectionTop1;
            if (own - first.SelectionTop1 < MeasurableLoss && share != s_shares[^1]) continue;

            var asked = session.Request.Training.ShortLearningRate;
            var best = asked is null ? RateSearch.Climb(first, rate => Train(share, recalibrated, rate).SelectionTop1)[0] : first;
            if (Find(share, best.LearningRate)?.ModelBlob is not { } blob) return null;
            var model = session.Model(blob);
            var usual = session.Request.Training.LongRate(best.LearningRate);
            var settled = SecondWind.Images(_plan) == 0 ? null : Settle(model, usual, best.SelectionTop1);
            // Accepted models keep the better of their weights as well.
            var isBetter = settled?.Top1 > best.SelectionTop1;
            var (shortly, test) = session.Clock.Time(PhaseClock.Evaluating, () =>
            {
                var ofShort = session.Accuracy.OnTest(model, cancellation);
                return (ofShort, isBetter ? session.Accuracy.OnTest(settled!.Model, cancellation) : ofShort);
            });
            var ownTest = session.State.Read!.TestTop1;
            return new RehearsedCut(share, best.SelectionTop1, test)
            {
                LearningRate = asked is null ? best.LearningRate : null,
                LongLearningRate = settled?.Peak < usual ? settled.Peak : null,
                ShareLeft = isBetter
                    ? LongRunRecovery.ShareLeft(ownTest - shortly, ownTest - test, _plan.ShortImages, SecondWind.Images(_plan), _plan.LongImages)
                    : 1,
                ShortImages = _plan.ShortImages,
                LongerImages = SecondWind.Images(_plan),
                SettledSelectionTop1 = isBetter ? settled!.Top1 : settled is null ? null : best.SelectionTop1,
            };
        }

        return null;
    }

    private ModelGraph Recalibrate(ModelGraph cut) =>
        session.Clock.Time(PhaseClock.Recalibrating, () => session.Accuracy.Recalibrate(cut, session.Request.Seed, cancellation));

    private JournalEntry.RateRehearsed? Find(double share, double rate) =>
        session.State.RehearsedRates.FirstOrDefault(r => r.Share == share && r.LearningRate == rate);

    private TriedRate Train(double share, Lazy<ModelGraph> recalibrated, double rate)
    {
        if (Find(share, rate) is { } known) return new TriedRate(rate, known.SelectionTop1);
        var name = FormattableString.Invariant($"rehearsal at rate {rate:0.######}");
        var progress = new Relay<TrainingProgress>(p => session.Progress.Report(new RunEvent.PhaseAdvanced(
            PhaseClock.Training, p.ImagesDone, p.ImagesPlanned, "images", FormattableString.Invariant($"{name}, loss {p.Loss:F3}"))));
        try
        {
            var trained = ShortTraining.RunAllStages(session, recalibrated.Value, rate, _plan.ShortImages, session.Request.Seed, progress, cancellation);
            var top1 = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnSelection(trained, cancellation));
            var blob = FormattableString.Invariant($"rehearsal-{session.State.RehearsedRates.Length}");
            session.Append(new JournalEntry.RateRehearsed(share, rate, top1, blob), (blob, trained));
        }
        catch (TrainingDivergedException e)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"{name}: {e.Message}"));
            session.Append(new JournalEntry.RateRehearsed(share, rate, 0, null));
        }

        return new TriedRate(rate, Find(share, rate)!.SelectionTop1);
    }

    /// <summary>
    /// Trains longer, with a lower peak if the first one fails or, unless it was asked for, leaves the model worse than the short training did (<paramref name="shortTop1"/>): a rate that is too high for what
    /// time there is takes more away than it brings back.
    /// </summary>
    /// <returns>Null where every training failed.</returns>
    private Settled? Settle(ModelGraph model, double peak, double shortTop1)
    {
        var first = TrainLonger(model, peak);
        if (first is not null && (first.Top1 > shortTop1 || session.Request.Training.LongLearningRate is not null)) return first;
        var lower = TrainLonger(model, peak / RateSearch.Factor);
        return first is null || lower?.Top1 > first.Top1 ? lower : first;
    }

    /// <returns>Null where it failed.</returns>
    private Settled? TrainLonger(ModelGraph model, double peak)
    {
        var done = session.State.RehearsedLonger.GetValueOrDefault(peak);
        if (done is not null) model = session.Model(done.ModelBlob);
        var top1 = done?.SelectionTop1 ?? 0;
        try
        {
            for (var number = done is null ? 0 : done.Segment + 1; number < SecondWind.Segments; number++)
            {
                var segment = new TrainingSegment(number, SecondWind.Segments, SecondWind.Images(_plan) / SecondWind.Segments, peak, unchecked(session.Request.Seed - 1 - number), "rehearsal, longer");
                (model, var answers) = segment.Train(session, model, cancellation);
                top1 = answers.Top1;
                session.Append(new JournalEntry.RehearsalAdvanced(peak, number, LongerBlob(peak, number % 2), top1), (LongerBlob(peak, number % 2), model));
            }

            return new Settled(model, top1, peak);
        }
        catch (TrainingDivergedException e)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"the rehearsal's longer training ended: {e.Message}"));
            return null;
        }
    }

    private static string LongerBlob(double peak, int number) => FormattableString.Invariant($"rehearsal-longer-{peak:R}-{number}");

    /// <summary>As far as the run's limits let candidates be cut: in width, and in depth where blocks may go, of which more is lost for good.</summary>
    private ModelGraph Cut(double share)
    {
        var context = new SaliencyContext(session.Original, PruningGraph.Analyze(session.Original));
        var limits = session.Request.Limits;
        var floors = GroupFloors.Of(session.Original, limits.MaxLayerCut, [.. limits.LayerCaps]);
        var saliency = new L1Saliency();
        var narrower = ChannelRemover.Remove(session.Original, context.Analysis, context.Analysis.Groups.Where(g => g.Prunable).ToDictionary(
            g => g.Id, g => (IReadOnlyCollection<int>)saliency.Lowest(context, g, Math.Min((int)(g.Channels * share), Math.Max(0, g.Channels - floors.LeastOf(g))))));
        return ModelCut.WithoutBlocks(narrower, LeastSensitive(BlocksIn(share)));
    }

    private string Describe(double share)
    {
        var filters = FormattableString.Invariant($"{share * 100:0} % of all filters");
        return BlocksIn(share) is > 0 and var blocks ? FormattableString.Invariant($"{filters} and {blocks} of {_blocks.Length} blocks") : filters;
    }

    private int BlocksIn(double share) => (int)Math.Round(share * _blocks.Length);

    private List<string> LeastSensitive(int blocks)
    {
        if (blocks == 0) return [];
        var sensitivities = new Sensitivities(session, session.Original, cancellation);
        return session.Clock.Time(
            PhaseClock.Choosing, () => _blocks.OrderBy(sensitivities.Without).ThenBy(b => b.Name, StringComparer.Ordinal).Take(blocks).Select(b => b.Name).ToList());
    }

    /// <summary>After the longer training.</summary>
    private sealed record Settled(ModelGraph Model, double Top1, double Peak);
}
