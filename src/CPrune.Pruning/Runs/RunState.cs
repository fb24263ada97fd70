using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;

namespace CPrune.Pruning.Runs;

/// <summary>A model the walk stands on.</summary>
/// <param name="Blob">Its ONNX file in the run's store.</param>
/// <param name="Choices">How its layers are computed.</param>
/// <param name="Programs">Its table C.</param>
public sealed record AcceptedModel(
    string Blob, AlgorithmChoices Choices, ImmutableArray<ProgramRow> Programs, double LatencySeconds, double SelectionTop1);

/// <summary>Where a run stands: the fold of its journal.</summary>
public sealed record RunState
{
    public const string OriginalBlob = "original";

    public JournalEntry.OriginalTuned? Tuned { get; init; }

    public JournalEntry.OriginalJudged? Judged { get; init; }

    public ImmutableArray<JournalEntry.CandidateJudged> Candidates { get; init; } = [];

    public string? WalkEndReason { get; init; }

    public JournalEntry.LongTrainingAdvanced? LongTraining { get; init; }

    public JournalEntry.ResultTuned? ResultTuned { get; init; }

    public JournalEntry.Concluded? Concluded { get; init; }

    /// <summary>Wall seconds over all sittings, by phase.</summary>
    public ImmutableArray<PhaseTime> Phases { get; init; } = [];

    public double ElapsedSeconds => Phases.Sum(p => p.Seconds);

    public IReadOnlyList<CutOutcome> Outcomes => [.. Candidates.Select(c => new CutOutcome(c.CutKey, c.Candidate.Step, c.Candidate.Verdict))];

    /// <summary>Accepted models, the original first. Only there once the original is judged.</summary>
    public IReadOnlyList<AcceptedModel> Accepted => Tuned is null || Judged is null
        ? []
        : [
            new AcceptedModel(OriginalBlob, Tuned.Choices, Tuned.Programs, Tuned.LatencySeconds, Judged.SelectionTop1),
            .. Candidates.Where(c => c.ModelBlob is not null).Select(c => new AcceptedModel(
                c.ModelBlob!, c.Choices, c.Programs, c.Candidate.LatencySeconds!.Value, c.Candidate.SelectionTop1!.Value)),
        ];

    /// <summary>How accuracies on the selection split are read.</summary>
    public SelectionScale Scale => new(Judged!.TestTop1, Judged.SelectionTop1);

    public static RunState Of(IEnumerable<JournalEntry> journal) => journal.Aggregate(new RunState(), (state, entry) => state.With(entry));

    public RunState With(JournalEntry entry) => Apply(entry) with { Phases = Merge(Phases, entry.Phases) };

    private RunState Apply(JournalEntry entry) => entry switch
    {
        JournalEntry.OriginalTuned e => this with { Tuned = e },
        JournalEntry.OriginalJudged e => this with { Judged = e },
        JournalEntry.CandidateJudged e => this with { Candidates = Candidates.Add(e) },
        JournalEntry.WalkEnded e => this with { WalkEndReason = e.Reason },
        JournalEntry.LongTrainingAdvanced e => this with { LongTraining = e },
        JournalEntry.ResultTuned e => this with { ResultTuned = e },
        JournalEntry.Concluded e => this with { Concluded = e },
        _ => throw new InvalidOperationException($"unknown journal entry {entry.GetType().Name}"),
    };

    private static ImmutableArray<PhaseTime> Merge(ImmutableArray<PhaseTime> sums, ImmutableArray<PhaseTime> added) =>
        [.. sums.Concat(added).GroupBy(p => p.Phase).Select(g => new PhaseTime(g.Key, g.Sum(p => p.Seconds)))];
}
