using CPrune.Compiler.Targets;

namespace CPrune.Tuning.CostModel;

/// <summary>Ranks by counting instructions: good enough to start with, before anything has been measured.</summary>
internal sealed class HeuristicRanker(Target target) : IProgramRanker
{
    private const double CyclesPerTile = 12;

    /// <summary>Two shuffles and an addition.</summary>
    private const double CyclesPerSum = 1.5;

    private const double SpillPenalty = 1.5;

    public double[] Score(IReadOnlyList<Candidate> candidates) => [.. candidates.Select(c => -Cycles(new NestFacts(c.Nest, target)))];

    /// <summary>Estimated cycles for one useful result, so that vector lengths compare.</summary>
    private double Cycles(NestFacts facts)
    {
        var sums = facts.SumsLanes ? CyclesPerSum * facts.Accumulators : 0;
        var perTile = facts.Steps * facts.CyclesPerUpdate * facts.Accumulators + CyclesPerTile + sums;
        var spill = facts.RegistersNeeded > target.VectorRegisters ? SpillPenalty : 1;
        return perTile * spill * facts.TailWaste * facts.ThreadImbalance / facts.Results;
    }
}
