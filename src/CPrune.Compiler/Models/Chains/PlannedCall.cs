using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;

namespace CPrune.Compiler.Models.Chains;

/// <summary>The calls of a model: a kernel each, or a chain of them.</summary>
/// <param name="Members">Places among the plan's subgraphs, in order.</param>
/// <param name="Chain">Null for a kernel by itself.</param>
internal sealed record PlannedCall(ImmutableArray<int> Members, Chain? Chain)
{
    public static ImmutableArray<PlannedCall> Of(IReadOnlyList<Subgraph> subgraphs, IEnumerable<Chain> chains)
    {
        var byFirst = chains.ToDictionary(c => c.First);
        var calls = ImmutableArray.CreateBuilder<PlannedCall>();
        for (var i = 0; i < subgraphs.Count;)
        {
            var chain = byFirst.GetValueOrDefault(i);
            var count = chain?.Stages.Length ?? 1;
            calls.Add(new PlannedCall([.. Enumerable.Range(i, count)], chain));
            i += count;
        }

        return calls.ToImmutable();
    }
}
