using CPrune.Compiler.Schedules;

namespace CPrune.Tuning.CostModel;

/// <summary>A program with what the model sees of it.</summary>
internal sealed record Candidate(ScheduledNest Nest, System.Collections.Immutable.ImmutableArray<float> Features);

/// <summary>Guesses which programs are fast.</summary>
internal interface IProgramRanker
{
    /// <summary>A score a candidate; the faster, the higher. Scores compare only within one computation.</summary>
    double[] Score(IReadOnlyList<Candidate> candidates);
}
