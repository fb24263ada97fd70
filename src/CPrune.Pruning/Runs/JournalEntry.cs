using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Devices;

namespace CPrune.Pruning.Runs;

/// <summary>A row of table C as it is kept: the program by its schedule's text.</summary>
public sealed record ProgramRow(string TaskKey, string Label, int Multiplicity, long Macs, string Schedule, LatencyEstimate Latency);

/// <summary>
/// What a run has decided, in order. The state of a run is the fold of its journal (<see cref="RunState"/>), so a kill at any moment
/// loses at most the entry that was being made. Models are kept beside the journal, as blobs it names.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(OriginalTuned), "original-tuned")]
[JsonDerivedType(typeof(OriginalJudged), "original-judged")]
[JsonDerivedType(typeof(CandidateJudged), "candidate-judged")]
[JsonDerivedType(typeof(WalkEnded), "walk-ended")]
[JsonDerivedType(typeof(LongTrainingAdvanced), "long-training-advanced")]
[JsonDerivedType(typeof(ResultTuned), "result-tuned")]
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

    /// <param name="Plan">Training images, fixed for the run.</param>
    public sealed record OriginalJudged(double SelectionTop1, double TestTop1, double SelectionFloor, TimePlan Plan) : JournalEntry;

    /// <param name="CutKey">What the policy remembers the task by.</param>
    /// <param name="ModelBlob">The accepted model; null for a refused one, which leaves nothing behind.</param>
    /// <param name="Programs">The accepted model's table C; empty for a refused one.</param>
    public sealed record CandidateJudged(
        CandidateRecord Candidate, string CutKey, string? ModelBlob, ImmutableArray<ProgramRow> Programs) : JournalEntry
    {
        /// <inheritdoc cref="OriginalTuned.Choices"/>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;
    }

    public sealed record WalkEnded(string Reason) : JournalEntry;

    public sealed record LongTrainingAdvanced(int Segment, string ModelBlob, double SelectionTop1) : JournalEntry;

    public sealed record ResultTuned(ImmutableArray<ProgramRow> Programs, int Trials) : JournalEntry
    {
        /// <inheritdoc cref="OriginalTuned.Choices"/>
        public AlgorithmChoices Choices { get; init; } = AlgorithmChoices.AllDirect;
    }

    /// <param name="ResultBlob">The model that was written out.</param>
    /// <param name="Programs">Its table C.</param>
    public sealed record Concluded(
        ModelFigures Before, ModelFigures After, string ResultBlob, ImmutableArray<ProgramRow> Programs, ImmutableArray<LayerChannels> Channels,
        string Reason) : JournalEntry;
}
