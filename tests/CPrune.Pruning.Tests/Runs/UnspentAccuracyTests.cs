using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>What the cuts of a journal left unspent of the accuracy that they might have cost.</summary>
public class UnspentAccuracyTests
{
    private static readonly AccuracyGate s_gate = new(0.99, 0.5);

    /// <summary>Without dead filters and behind one cut 0.95 of the time is left each, behind another 0.9025, at most: together they might have cost four steps.</summary>
    [Fact]
    public void AcceptedCutsAndDeadFiltersCountByTheUpperEndsOfTheirRatiosAndRefusedOnesDoNot()
    {
        JournalEntry[] journal =
        [
            new JournalEntry.OriginalJudged(0.95, 0.9, 0.94, new TimePlan(1000, 20000)),
            new JournalEntry.OriginalTuned([], 1e-3, 12),
            new JournalEntry.DeadFiltersJudged([], "dead", 0.95, [], "dead filters"),
            Judged(1, Verdict.Accepted, 0.90, 0.95),
            Judged(2, Verdict.TooInaccurate, 0.5, 0.6),
            Judged(3, Verdict.Accepted, 0.85, 0.9025),
        ];

        var gate = RunState.Of(journal).GateFor(Candidate(4, Verdict.Failed, 0.97, 1), s_gate);

        Assert.Equal(0.9 * Math.Pow(0.99, 4), gate.Line!.Value, 9);
        Assert.True(gate.Passes(0.9, 0.8646));
        Assert.False(gate.Passes(0.9, 0.8644));
    }

    [Fact]
    public void NothingIsLeftBeforeTheFirstCut()
    {
        var state = RunState.Of([new JournalEntry.OriginalJudged(0.95, 0.9, 0.94, new TimePlan(1000, 20000)), new JournalEntry.OriginalTuned([], 1e-3, 12)]);
        var gate = state.GateFor(Candidate(1, Verdict.Failed, 0.93, 0.95), s_gate);
        Assert.True(gate.Passes(0.9, 0.8911));
        Assert.False(gate.Passes(0.9, 0.8909));
    }

    private static JournalEntry.CandidateJudged Judged(int number, Verdict verdict, double ratio, double high) =>
        new(Candidate(number, verdict, ratio, high), "a", verdict == Verdict.Accepted ? $"candidate-{number}" : null, []);

    private static CandidateRecord Candidate(int number, Verdict verdict, double ratio, double high) =>
        new(number, "conv", ["conv"], 8, ratio, ratio, high, 1e-3, 0.95, verdict, "", 0, 0);
}
