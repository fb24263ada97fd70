using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Devices;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Surgery;
using CPrune.Tuning.Prediction;

namespace CPrune.Pruning.Runs;

/// <summary>A row of table C as it is kept: the program by its schedule's text.</summary>
public sealed record ProgramRow(string TaskKey, string Label, int Multiplicity, long Macs, string Schedule, LatencyEstimate Latency);

/// <summary>
/// What a run has decided, in order. The state of a run is the fold of its journal (<see cref="RunState"/>), so a kill at any moment
/// loses at most the entry that was being made. Models are kept beside the journal, as blobs it names.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OriginalTuned), "original-tuned")]
[JsonDerivedType(typeof(OriginalRead), "original-read")]
[JsonDerivedType(typeof(RateRehearsed), "rate-rehearsed")]
[JsonDerivedType(typeof(RehearsalAdvanced), "rehearsal-advanced")]
[JsonDerivedType(typeof(OriginalJudged), "original-judged")]
[JsonDerivedType(typeof(DeadFiltersJudged), "dead-filters-judged")]
[JsonDerivedType(typeof(CandidateJudged), "candidate-judged")]
[JsonDerivedType(typeof(ProbeChosen), "probe-chosen")]
[JsonDerivedType(typeof(GateRelaxed), "gate-relaxed")]
[JsonDerivedType(typeof(SecondWindAdvanced), "second-wind-advanced")]
[JsonDerivedType(typeof(WalkEnded), "walk-ended")]
[JsonDerivedType(typeof(TimeLimitChanged), "time-limit-changed")]
[JsonDerivedType(typeof(PartWeighed), "part-weighed")]
[JsonDerivedType(typeof(CutWeighed), "cut-weighed")]
[JsonDerivedType(typeof(KnownTimesRead), "known-times-read")]
[JsonDerivedType(typeof(StaircasesSurveyed), "staircases-surveyed")]
[JsonDerivedType(typeof(LongTrainingAdvanced), "long-training-advanced")]
[JsonDerivedType(typeof(LongTrainingFailed), "long-training-failed")]
[JsonDerivedType(typeof(ResultTuned), "result-tuned")]
[JsonDerivedType(typeof(TracePointMeasured), "trace-point-measured")]
[JsonDerivedType(typeof(TracePointFailed), "trace-point-failed")]
[JsonDerivedType(typeof(Concluded), "concluded")]
public abstract record JournalEntry
{
    /// <summary>Wall seconds spent on it, by phase.</summary>
    public ImmutableArray<PhaseTime> Phases { get; init; } = [];

    public sealed record OriginalTuned(ImmutableArray<ProgramRow> Programs, double LatencySeconds, int Trials) : JournalEntry
    {
        /// <summary>How the layers are computed that the programs belong to; journals from before there was a choice have none.</summary>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;
    }

    /// <param name="Answers">Which images of the selection split it gets right, a bit each.</param>
    /// <param name="Plan">Training images, fixed for the run.</param>
    public sealed record OriginalRead(double SelectionTop1, double TestTop1, byte[] Answers, TimePlan Plan) : JournalEntry;

    /// <summary>The rehearsed cut was trained shortly at a rate.</summary>
    /// <param name="Share">Of every group's channels, gone.</param>
    /// <param name="SelectionTop1">0 where the training diverged.</param>
    /// <param name="ModelBlob">Null where the training diverged.</param>
    public sealed record RateRehearsed(double Share, double LearningRate, double SelectionTop1, string? ModelBlob) : JournalEntry;

    /// <summary>A segment of the rehearsed cut's longer training.</summary>
    public sealed record RehearsalAdvanced(double Peak, int Segment, string ModelBlob, double SelectionTop1) : JournalEntry;

    /// <param name="Plan">Training images, fixed for the run.</param>
    public sealed record OriginalJudged(double SelectionTop1, double TestTop1, double SelectionFloor, TimePlan Plan) : JournalEntry
    {
        /// <summary>What tells how accuracies are to be read; null where every training of it failed, and in journals from before there was one.</summary>
        public RehearsedCut? Rehearsal { get; init; }

        /// <summary>Which images of the selection split it gets right, a bit each; null in journals from before they were kept.</summary>
        public byte[]? Answers { get; init; }
    }

    /// <param name="Removed">Filters that are exactly dead.</param>
    /// <param name="ModelBlob">The model without them; null where there are none or it is slower.</param>
    /// <param name="Ratio">Its latency over the original's; null where there are none.</param>
    /// <param name="Programs">Its table C; empty where it was not taken.</param>
    /// <param name="Reason">What became of them, as a sentence without its end.</param>
    public sealed record DeadFiltersJudged(
        ImmutableArray<DeadFilter> Removed, string? ModelBlob, double? Ratio, ImmutableArray<ProgramRow> Programs, string Reason) : JournalEntry
    {
        /// <inheritdoc cref="OriginalTuned.Choices"/>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;

        public double LatencySeconds { get; init; }

        public int Trials { get; init; }
    }

    /// <param name="Part">A block of the original, or filters of a group.</param>
    /// <param name="Lost">How much the loss rises without it.</param>
    public sealed record PartWeighed(string Part, double Lost) : JournalEntry;

    /// <param name="Cut">An accepted model and what goes.</param>
    /// <param name="Loss">What it is then, with nothing trained.</param>
    public sealed record CutWeighed(string Cut, double Loss) : JournalEntry;

    /// <summary>What times are foreseen from.</summary>
    public sealed record KnownTimesRead(ImmutableArray<KnownTime> Times) : JournalEntry;

    /// <summary>How the times of layers depend on their widths.</summary>
    public sealed record StaircasesSurveyed(ImmutableArray<SurveyedKind> Kinds, int Trials) : JournalEntry;

    /// <param name="CutKey">What the policy remembers the cut by.</param>
    /// <param name="ModelBlob">The model of one that passed; null for a refused one, which leaves nothing behind.</param>
    /// <param name="Programs">Its table C; empty for a refused one.</param>
    public sealed record CandidateJudged(
        CandidateRecord Candidate, string CutKey, string? ModelBlob, ImmutableArray<ProgramRow> Programs) : JournalEntry
    {
        /// <inheritdoc cref="OriginalTuned.Choices"/>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;

        /// <summary>How far the cut goes, in the unit of the policy that made it.</summary>
        public double? Extent { get; init; }

        /// <summary>What went (<see cref="Cut.Removed"/>); null in journals from before it was kept.</summary>
        public string? Removed { get; init; }

        /// <inheritdoc cref="CutOutcome.WasCheap"/>
        public bool WasCheap { get; init; }

        /// <inheritdoc cref="OriginalJudged.Answers"/>
        public byte[]? Answers { get; init; }
    }

    /// <summary>The most promising of the probes becomes the accepted model; the other probes' models are gone.</summary>
    public sealed record ProbeChosen(int Candidate) : JournalEntry;

    /// <summary>Nothing was left that passed the accuracy gate, and the goal lies further: from here on a step has to keep this share only.</summary>
    public sealed record GateRelaxed(double Alpha) : JournalEntry;

    /// <param name="OutOfTime">It was the time limit that ended it.</param>
    /// <param name="LongImages">Foreseen for the long training (<see cref="LongPlan"/>); null in journals from when it was always as planned.</param>
    public sealed record WalkEnded(string Reason, bool OutOfTime = false, long? LongImages = null) : JournalEntry;

    /// <param name="Text">The new limit, as the command's option.</param>
    /// <param name="Plan">From here on; null where there was none yet.</param>
    /// <param name="WalkGoesOn">The walk had ended for want of time and goes on: what came after it is taken back.</param>
    public sealed record TimeLimitChanged(string Text, TimePlan? Plan, bool WalkGoesOn) : JournalEntry;

    /// <param name="Accepted">Place of the model among the accepted ones, the original being 0.</param>
    public sealed record SecondWindAdvanced(int Accepted, int Segment, string ModelBlob, double SelectionTop1) : JournalEntry
    {
        /// <summary>Seen in this segment; null in journals from before it was kept.</summary>
        public long? Images { get; init; }

        /// <summary>It diverged: the model is as it was.</summary>
        public bool Failed { get; init; }

        /// <inheritdoc cref="OriginalJudged.Answers"/>
        public byte[]? Answers { get; init; }
    }

    public sealed record LongTrainingAdvanced(int Segment, string ModelBlob, double SelectionTop1) : JournalEntry
    {
        /// <inheritdoc cref="SecondWindAdvanced.Images"/>
        public long? Images { get; init; }

        /// <summary>Place of the model among the accepted ones; null in journals from when it was always the last.</summary>
        public int? Accepted { get; init; }
    }

    /// <summary>A long training diverged; it is not gone on with.</summary>
    /// <param name="Accepted">Place of the model among the accepted ones.</param>
    /// <param name="Reason">A phrase.</param>
    public sealed record LongTrainingFailed(int Accepted, string Reason) : JournalEntry;

    public sealed record ResultTuned(ImmutableArray<ProgramRow> Programs, int Trials) : JournalEntry
    {
        /// <inheritdoc cref="LongTrainingAdvanced.Accepted"/>
        public int? Accepted { get; init; }

        /// <inheritdoc cref="OriginalTuned.Choices"/>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;
    }

    public sealed record TracePointMeasured(TracePoint Point) : JournalEntry
    {
        /// <summary>Programs measured for it.</summary>
        public int Trials { get; init; }
    }

    /// <summary>A point of the trade-off could not be tuned or timed.</summary>
    public sealed record TracePointFailed(MissingPoint Point) : JournalEntry;

    /// <param name="ResultBlob">The model that was written out.</param>
    /// <param name="Programs">Its table C.</param>
    public sealed record Concluded(
        ModelFigures Before, ModelFigures After, string ResultBlob, ImmutableArray<ProgramRow> Programs, ImmutableArray<LayerChannels> Channels,
        string Reason) : JournalEntry;
}
