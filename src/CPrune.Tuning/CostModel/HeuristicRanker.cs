using CPrune.Compiler.Targets;

namespace CPrune.Tuning.CostModel;

/// <summary>Ranks by counting instructions: good enough to start with, before anything has been measured.</summary>
internal sealed class HeuristicRanker(Target target) : IProgramRanker
{
    private const double CyclesPerTile = 12;
    private const double SpillPenalty = 1.5;

    public double[] Score(IReadOnlyList<Candidate> candidates) => [.. candidates.Select(c => -Cycles(new NestFacts(c.Nest, target)))];

    /// <summary>Estimated cycles for one useful vector-sized result, per lane, so that vector lengths compare.</summary>
    private double Cycles(NestFacts facts)
    {
        var perTile = facts.ReductionTurns * facts.CyclesPerUpdate * facts.Accumulators + CyclesPerTile;
        var spill = facts.RegistersNeeded > target.VectorRegisters ? SpillPenalty : 1;
        return perTile * spill * facts.TailWaste * facts.ThreadImbalance / (facts.Accumulators * facts.Lanes);
    }
}
