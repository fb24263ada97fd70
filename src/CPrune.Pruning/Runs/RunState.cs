using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Staircases;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Runs;

/// <summary>A model the walk stands on.</summary>
/// <param name="Blob">Its ONNX file in the run's store.</param>
/// <param name="Choices">How its layers are computed.</param>
/// <param name="Programs">Its table C.</param>
public sealed record AcceptedModel(
    string Blob, AlgorithmChoices Choices, ImmutableArray<ProgramRow> Programs, double LatencySeconds, double SelectionTop1)
{
    /// <inheritdoc cref="JournalEntry.OriginalJudged.Answers"/>
    public byte[]? Answers { get; init; }

    /// <summary>Some of its programs were never measured: their times were foreseen.</summary>
    public bool IsForeseen => Programs.Any(p => p.Latency.Samples == 0);
}

/// <summary>Where a run stands: the fold of its journal.</summary>
public sealed record RunState
{
    public const string OriginalBlob = "original";

    public JournalEntry.OriginalTuned? Tuned { get; init; }

    /// <summary>Null in journals from before it was an entry of its own.</summary>
    public JournalEntry.OriginalRead? Read { get; init; }

    public ImmutableArray<JournalEntry.RateRehearsed> RehearsedRates { get; init; } = [];

    /// <summary>Longer trainings of the rehearsed cut, by their peak rate.</summary>
    public ImmutableDictionary<double, JournalEntry.RehearsalAdvanced> RehearsedLonger { get; init; } = ImmutableDictionary<double, JournalEntry.RehearsalAdvanced>.Empty;

    public JournalEntry.OriginalJudged? Judged { get; init; }

    public JournalEntry.DeadFiltersJudged? DeadFilters { get; init; }

    /// <summary>How much the loss rises without parts of the original, by their names.</summary>
    public ImmutableDictionary<string, double> Sensitivities { get; init; } = ImmutableDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>The loss after cuts that a policy hesitated between, nothing trained.</summary>
    public ImmutableDictionary<string, double> LossesOfCuts { get; init; } = ImmutableDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>What times are foreseen from; null until a policy asked.</summary>
    public ImmutableArray<KnownTime>? KnownTimes { get; init; }

    /// <summary>Staircases that were measured, by layer.</summary>
    public ImmutableDictionary<string, SurveyedKind> Staircases { get; init; } = ImmutableDictionary.Create<string, SurveyedKind>(StringComparer.Ordinal);

    /// <summary>Programs measured for them.</summary>
    public int StaircaseTrials { get; init; }

    public ImmutableArray<JournalEntry.CandidateJudged> Candidates { get; init; } = [];

    public ImmutableArray<TracePoint> Trace { get; init; } = [];

    public ImmutableArray<MissingPoint> MissingFromTrace { get; init; } = [];

    /// <summary>Accepted models that the trade-off has been through, whether they are points of it or missing.</summary>
    public int TracedModels => Trace.Length + MissingFromTrace.Length;

    /// <summary>Programs measured for the points of the trace.</summary>
    public int TraceTrials { get; init; }

    private int CandidatesBeforeRound { get; init; }

    private int CandidatesBeforeReopening { get; init; }

    public string? WalkEndReason { get; init; }

    /// <summary>It was the time limit that ended the walk.</summary>
    public bool WalkOutOfTime { get; init; }

    private long? LongImagesLeft { get; init; }

    /// <summary>Images of the long training, as foreseen.</summary>
    public long LongImages => LongImagesLeft ?? Plan!.LongImages;

    /// <summary>The last change of the time limit; null while it is the one that the run began with.</summary>
    public JournalEntry.TimeLimitChanged? TimeLimit { get; init; }

    /// <summary>How much is trained; null until the original's accuracy is read.</summary>
    public TimePlan? Plan => TimeLimit?.Plan ?? Judged?.Plan ?? Read?.Plan;

    /// <summary>Longer trainings within the walk, by the place of the accepted model that had it.</summary>
    public ImmutableDictionary<int, JournalEntry.SecondWindAdvanced> SecondWinds { get; init; } = ImmutableDictionary<int, JournalEntry.SecondWindAdvanced>.Empty;

    /// <summary>By the place of the accepted model that is trained: the last one, and earlier ones where its result missed the floor.</summary>
    public ImmutableSortedDictionary<int, JournalEntry.LongTrainingAdvanced> LongTrainings { get; init; } = ImmutableSortedDictionary<int, JournalEntry.LongTrainingAdvanced>.Empty;

    /// <summary>Why long trainings ended early, by the place of the accepted model.</summary>
    public ImmutableSortedDictionary<int, string> FailedLongTrainings { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>By the place of the accepted model whose shape was tuned.</summary>
    public ImmutableSortedDictionary<int, JournalEntry.ResultTuned> ResultTunings { get; init; } = ImmutableSortedDictionary<int, JournalEntry.ResultTuned>.Empty;

    public JournalEntry.Concluded? Concluded { get; init; }

    /// <summary>Wall seconds over all sittings, by phase.</summary>
    public ImmutableArray<PhaseTime> Phases { get; init; } = [];

    public double ElapsedSeconds => Phases.Sum(p => p.Seconds);

    /// <summary>What a policy may know: all outcomes, except those that an accuracy gate refused and would not refuse any more since it was widened, or since the model was trained longer.</summary>
    public IReadOnlyList<CutOutcome> Outcomes(AccuracyGate gate) => OutcomesOf(Candidates, gate);

    /// <summary>Of the outcomes those there were when the model that the walk stands on was accepted.</summary>
    public int RoundStart(AccuracyGate gate) => OutcomesOf(Candidates.Take(CandidatesBeforeRound), gate).Count;

    /// <summary>Candidates that were too inaccurate since one was accepted or the gate was opened.</summary>
    public int InaccurateSinceProgress => Candidates.Skip(Math.Max(CandidatesBeforeRound, CandidatesBeforeReopening)).Count(c => c.Candidate.Verdict == Verdict.TooInaccurate);

    /// <summary>Whether the last candidate since one was accepted or the gates opened was refused for the floor alone.</summary>
    public bool LastCrossedFloor(AccuracyGate gate)
    {
        if (Candidates.Length <= Math.Max(CandidatesBeforeRound, CandidatesBeforeReopening)) return false;
        if (Candidates[^1].Candidate is not { Verdict: Verdict.TooInaccurate, SelectionTop1: { } top1, Ratio: not null } last) return false;
        var (accepted, candidate) = (Scale.Expected(Accepted[^1].SelectionTop1), Scale.Expected(top1));
        return candidate < gate.Floor && GateFor(last, gate with { Floor = 0 }).Passes(accepted, candidate);
    }

    /// <summary>How many candidates that were too inaccurate would be tried again with a wider gate.</summary>
    public int WouldReopen(AccuracyGate now, AccuracyGate wider) =>
        Candidates.Count(c => IsRefusedForGood(c, CandidatesBeforeReopening, now) && !IsRefusedForGood(c, Candidates.Length, wider));

    /// <summary>The accuracy gate after it was widened; null while it is the one that was asked for.</summary>
    public JournalEntry.GateRelaxed? Relaxed { get; init; }

    /// <summary>Models of probes that nothing has been decided about.</summary>
    public IEnumerable<JournalEntry.CandidateJudged> Probes => Candidates.Where(c => c.Candidate.Verdict == Verdict.Probed && c.ModelBlob is not null);

    /// <summary>Accepted models, the original first, then maybe the one without its dead filters. Only there once the original is judged.</summary>
    public IReadOnlyList<AcceptedModel> Accepted => Tuned is null || Judged is null ? [] : [.. AsAccepted.Select(WithSecondWind)];

    private IEnumerable<AcceptedModel> AsAccepted =>
    [
        new AcceptedModel(OriginalBlob, Tuned!.Choices, Tuned.Programs, Tuned.LatencySeconds, Judged!.SelectionTop1) { Answers = Judged.Answers },
        .. WithoutDeadFilters,
        .. Candidates.Where(c => c.Candidate.Verdict == Verdict.Accepted).Select(c => new AcceptedModel(
            c.ModelBlob!, c.Choices, c.Programs, c.Candidate.LatencySeconds!.Value, c.Candidate.SelectionTop1!.Value) { Answers = c.Answers }),
    ];

    /// <summary>With the weights of its longer training, once that is over and where they are better.</summary>
    private AcceptedModel WithSecondWind(AcceptedModel model, int index) =>
        SecondWinds.TryGetValue(index, out var wind) && wind.Segment == SecondWind.Segments - 1 && wind.SelectionTop1 > model.SelectionTop1
            ? model with { Blob = wind.ModelBlob, SelectionTop1 = wind.SelectionTop1, Answers = wind.Answers }
            : model;

    private IEnumerable<AcceptedModel> WithoutDeadFilters => DeadFilters is { ModelBlob: { } blob } d
        ? [new AcceptedModel(blob, d.Choices, d.Programs, d.LatencySeconds, Judged!.SelectionTop1) { Answers = Judged.Answers }]
        : [];

    /// <summary>What became of the candidates that were trained.</summary>
    public IReadOnlyList<Recovery> Recoveries =>
    [
        .. Candidates.Select(c => c.Candidate).Where(c => c is { LostBeforeTraining: not null, SelectionTop1: not null })
            .Select(c => new Recovery(c.LostBeforeTraining!.Value, c.Verdict is Verdict.Accepted or Verdict.Probed)),
    ];

    /// <summary>Images a second, as measured last: in a longer training, or that of a candidate that passed, or when the run began. Null where that is not known.</summary>
    public double? TrainingSpeed => MeasuredSpeed ?? Plan?.ImagesPerSecond;

    private double? MeasuredSpeed { get; init; }

    /// <summary>Seconds of training in the long training of an accepted model, by its place; of its repetition, once that was begun.</summary>
    public ImmutableDictionary<int, double> LongTrainingSeconds { get; init; } = ImmutableDictionary<int, double>.Empty;

    /// <summary>How accuracies on the selection split are read for the next candidate, once it is trained.</summary>
    public SelectionScale Scale => ScaleAfter(Accepted.Count - 1, Plan!.ShortImages);

    /// <summary>How they are read for the accepted model at a place, when it was the last one.</summary>
    public SelectionScale ScaleAt(int place) => ScaleAfter(place, 0);

    /// <param name="images">Of training behind that of the accepted model at the place.</param>
    private SelectionScale ScaleAfter(int place, long images)
    {
        var (shortly, accepted) = (AsAccepted.ToList(), Accepted);
        var (settled, anchor) = (0, Judged!.SelectionTop1);
        var losses = new List<SettledLoss>();
        foreach (var wind in SecondWinds.Values.Where(w => w is { Segment: SecondWind.Segments - 1, Failed: false } && w.Accepted <= place).OrderBy(w => w.Accepted))
        {
            losses.Add(new SettledLoss(Math.Max(0, anchor - shortly[wind.Accepted].SelectionTop1), Math.Max(0, anchor - accepted[wind.Accepted].SelectionTop1)));
            (settled, anchor) = (wind.Accepted, accepted[wind.Accepted].SelectionTop1);
        }

        var scale = SelectionScale.Of(Judged.TestTop1, Judged.SelectionTop1, Judged.Rehearsal, losses);
        return (settled == 0 ? scale : scale.SettledAt(anchor)).After(ShortImages(settled, place) + images);
    }

    /// <summary>Images of the short trainings between two accepted models.</summary>
    private long ShortImages(int from, int to)
    {
        var accepted = Candidates.Where(c => c.Candidate.Verdict == Verdict.Accepted).ToList();
        var first = Accepted.Count - accepted.Count;
        return accepted.Where((_, i) => first + i > from && first + i <= to).Sum(c => c.Candidate.TrainedImages ?? 0);
    }

    public static RunState Of(IEnumerable<JournalEntry> journal) => journal.Aggregate(new RunState(), (state, entry) => state.With(entry));

    public RunState With(JournalEntry entry) => Apply(entry) with { Phases = Merge(Phases, entry.Phases), MeasuredSpeed = SpeedIn(entry) ?? MeasuredSpeed };

    private RunState Apply(JournalEntry entry) => entry switch
    {
        JournalEntry.OriginalTuned e => this with { Tuned = e },
        JournalEntry.OriginalRead e => this with { Read = e },
        JournalEntry.RateRehearsed e => this with { RehearsedRates = RehearsedRates.Add(e) },
        JournalEntry.RehearsalAdvanced e => this with { RehearsedLonger = RehearsedLonger.SetItem(e.Peak, e) },
        JournalEntry.OriginalJudged e => this with { Judged = e },
        JournalEntry.DeadFiltersJudged e => this with { DeadFilters = e },
        JournalEntry.PartWeighed e => this with { Sensitivities = Sensitivities.SetItem(e.Part, e.Lost) },
        JournalEntry.CutWeighed e => this with { LossesOfCuts = LossesOfCuts.SetItem(e.Cut, e.Loss) },
        JournalEntry.KnownTimesRead e => this with { KnownTimes = e.Times },
        JournalEntry.CandidateJudged e => this with
        {
            Candidates = Candidates.Add(e),
            CandidatesBeforeRound = e.Candidate.Verdict == Verdict.Accepted ? Candidates.Length + 1 : CandidatesBeforeRound,
        },
        JournalEntry.ProbeChosen e => this with { Candidates = [.. Candidates.Select(c => Chosen(c, e.Candidate))], CandidatesBeforeRound = Candidates.Length },
        JournalEntry.GateRelaxed e => this with { Relaxed = e, CandidatesBeforeReopening = Candidates.Length },
        JournalEntry.WalkEnded e => this with { WalkEndReason = e.Reason, WalkOutOfTime = e.OutOfTime, LongImagesLeft = e.LongImages },
        JournalEntry.TimeLimitChanged { WalkGoesOn: true } e => this with
        {
            TimeLimit = e,
            WalkEndReason = null,
            WalkOutOfTime = false,
            LongImagesLeft = null,
            LongTrainings = LongTrainings.Clear(),
            FailedLongTrainings = FailedLongTrainings.Clear(),
            ResultTunings = ResultTunings.Clear(),
            Concluded = null,
        },
        JournalEntry.StaircasesSurveyed e => this with
        {
            Staircases = Staircases.SetItems(e.Kinds.SelectMany(kind => kind.Layers.Select(layer => KeyValuePair.Create(layer, kind)))),
            StaircaseTrials = StaircaseTrials + e.Trials,
        },
        JournalEntry.TimeLimitChanged e => this with { TimeLimit = e, LongImagesLeft = LongTrainings.IsEmpty ? null : LongImagesLeft },
        JournalEntry.SecondWindAdvanced e => this with
        {
            SecondWinds = SecondWinds.SetItem(e.Accepted, e),
            CandidatesBeforeReopening = e is { Segment: SecondWind.Segments - 1, Failed: false } ? Candidates.Length : CandidatesBeforeReopening,
        },
        JournalEntry.LongTrainingAdvanced e => Advanced(e, e.Accepted ?? Accepted.Count - 1),
        JournalEntry.LongTrainingFailed e => this with { FailedLongTrainings = FailedLongTrainings.SetItem(e.Accepted, e.Reason) },
        JournalEntry.ResultTuned e => this with { ResultTunings = ResultTunings.SetItem(e.Accepted ?? Accepted.Count - 1, e) },
        JournalEntry.TracePointMeasured e => this with { Trace = Trace.Add(e.Point), TraceTrials = TraceTrials + e.Trials },
        JournalEntry.TracePointFailed e => this with { MissingFromTrace = MissingFromTrace.Add(e.Point) },
        JournalEntry.Concluded e => this with { Concluded = e },
        _ => throw new InvalidOperationException($"unknown journal entry {entry.GetType().Name}"),
    };

    private RunState Advanced(JournalEntry.LongTrainingAdvanced entry, int place) => this with
    {
        LongTrainings = LongTrainings.SetItem(place, entry),
        LongTrainingSeconds = LongTrainingSeconds.SetItem(
            place, TrainingSecondsIn(entry.Phases) + (entry.Segment % AccuracySide.LongSegments == 0 ? 0 : LongTrainingSeconds.GetValueOrDefault(place))),
    };

    private static double? SpeedIn(JournalEntry entry)
    {
        (long? Images, ImmutableArray<PhaseTime> Phases) sample = entry switch
        {
            JournalEntry.CandidateJudged { Candidate: { Verdict: Verdict.Accepted or Verdict.Probed } c } => (c.TrainedImages, c.Phases),
            JournalEntry.SecondWindAdvanced e => (e.Images, e.Phases),
            JournalEntry.LongTrainingAdvanced e => (e.Images, e.Phases),
            _ => (null, []),
        };
        return sample.Images > 0 && TrainingSecondsIn(sample.Phases) is > 0 and var seconds ? sample.Images / seconds : null;
    }

    private static double TrainingSecondsIn(ImmutableArray<PhaseTime> phases) => phases.FirstOrDefault(p => p.Phase == PhaseClock.Training)?.Seconds ?? 0;

    private IReadOnlyList<CutOutcome> OutcomesOf(IEnumerable<JournalEntry.CandidateJudged> candidates, AccuracyGate gate) =>
    [
        .. candidates.Where(c => IsRefusedForGood(c, CandidatesBeforeReopening, gate))
            .Select(c => new CutOutcome(c.Candidate.Number, c.CutKey, c.Candidate.Step, c.Candidate.Verdict, c.Extent, c.Candidate.SelectionTop1, c.WasCheap) { Layers = c.Candidate.Layers, Removed = c.Removed }),
    ];

    /// <summary>False for a candidate from before the gates opened that was too inaccurate then, and would not be if it cost the model that the walk stands on as much.</summary>
    private bool IsRefusedForGood(JournalEntry.CandidateJudged judged, int opened, AccuracyGate gate)
    {
        var candidate = judged.Candidate;
        if (candidate.Verdict != Verdict.TooInaccurate || candidate.Number > opened) return true;
        if (candidate is not { SelectionTop1: not null, AccuracyChange.Change: var change, Ratio: not null }) return false;
        var accepted = Scale.Expected(Accepted[^1].SelectionTop1);
        return !GateFor(candidate, gate).Passes(accepted, accepted + (Scale.Slope * change));
    }

    /// <summary>The accuracy gate for a candidate behind the accepted model, by the upper end of its interval.</summary>
    public AccuracyGate GateFor(CandidateRecord candidate, AccuracyGate gate) => gate.ForGain(LatencyChain.Link(candidate), Judged!.TestTop1, Walked);

    /// <summary>The accepted model's latency over the original's, chained (<see cref="LatencyChain"/>).</summary>
    private double Walked => Candidates.Where(c => c.Candidate.Verdict == Verdict.Accepted)
        .Aggregate(DeadFilters is { ModelBlob: not null, Ratio: { } ratio } ? ratio : 1, (product, c) => product * LatencyChain.Link(c.Candidate));

    /// <summary>A probe after one was chosen: accepted, or without its model.</summary>
    private static JournalEntry.CandidateJudged Chosen(JournalEntry.CandidateJudged candidate, int number) => candidate.Candidate switch
    {
        { Verdict: not Verdict.Probed } => candidate,
        var record when record.Number == number => candidate with { Candidate = record with { Verdict = Verdict.Accepted } },
        _ => candidate with { ModelBlob = null, Programs = [] },
    };

    private static ImmutableArray<PhaseTime> Merge(ImmutableArray<PhaseTime> sums, ImmutableArray<PhaseTime> added) =>
        [.. sums.Concat(added).GroupBy(p => p.Phase).Select(g => new PhaseTime(g.Key, g.Sum(p => p.Seconds)))];
}
