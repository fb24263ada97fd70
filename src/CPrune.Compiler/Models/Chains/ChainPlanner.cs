using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Models.Chains;

/// <summary>
/// Finds the chains of a model: as many consecutive subgraphs as hand values on that are too large for a cache, row by row.
/// </summary>
internal sealed class ChainPlanner(IReadOnlyList<Subgraph> subgraphs, Func<Subgraph, Schedule> scheduleOf, Target target, ChainLimits limits)
{
    public IEnumerable<Chain> Chains()
    {
        for (var first = 0; first < subgraphs.Count - 1; first++)
        {
            var stages = StagesFrom(first);
            while (stages.Length > 1 && Cut(first, stages) is null) stages = stages[..^1];
            if (stages.Length < 2) continue;
            yield return Cut(first, stages)!;
            first += stages.Length - 1;
        }
    }

    private ImmutableArray<ChainStage> StagesFrom(int first)
    {
        var stages = ImmutableArray.CreateBuilder<ChainStage>();
        for (var i = first; i < subgraphs.Count && stages.Count < limits.MostMembers; i++)
        {
            if (Stage(subgraphs[i]) is not { } stage || (stages.Count > 0 && !Continues(stages, stage))) break;
            stages.Add(stage);
            if (stages.Sum(s => s.WeightBytes) > limits.WeightBytes)
            {
                stages.RemoveAt(stages.Count - 1);
                break;
            }
        }

        return stages.ToImmutable();
    }

    private ChainStage? Stage(Subgraph subgraph) =>
        RowSchedule.Of(subgraph.Computation, scheduleOf(subgraph), target) is { } nest && new ChainStage(subgraph, nest) is { Written: not null } stage ? stage : null;

    /// <summary>Whether a stage reads the large value that the last one made, and whatever it reads of the chain row by row.</summary>
    private bool Continues(IReadOnlyList<ChainStage> stages, ChainStage next)
    {
        if (stages[^1].OutputBytes < limits.LeastBytes || next.Read(stages[^1].Subgraph.Output) is not { IsEmpty: false }) return false;
        return stages.All(s => next.Read(s.Subgraph.Output) is not null);
    }

    /// <summary>With strips as large as the cache allows; null where even one turn is too large.</summary>
    private Chain? Cut(int first, ImmutableArray<ChainStage> stages)
    {
        var turns = stages[^1].Turns;
        for (var strips = 2; strips <= turns; strips++)
        {
            var chain = Chain.Of(first, stages, (turns + strips - 1) / strips);
            if (chain.Strips >= 2 && chain.LargestStripBytes <= limits.StripBytes) return chain;
        }

        return null;
    }
}
