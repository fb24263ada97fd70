using System.Collections.Immutable;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Runs;

/// <summary>Staircases in the run's journal: a run that is resumed plans with the times that it had.</summary>
internal sealed class StaircaseMemory(RunSession session) : IStaircaseMemory
{
    public SurveyedKind? Of(string layer) => session.State.Staircases.GetValueOrDefault(layer);

    public void Keep(ImmutableArray<SurveyedKind> kinds, int trials) => session.Append(new JournalEntry.StaircasesSurveyed(kinds, trials));
}
