using System.Collections.Immutable;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Rewrites;

/// <summary>
/// Evaluates every node whose value does not depend on the image: constants, what is computed from them, and shapes, which are known for the
/// batch size of one that is compiled.
/// </summary>
internal static class FoldConstants
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var known = KnownValues.Of(graph, batch: 1, largestConstant: int.MaxValue);
        var outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var constants = graph.Initializers.ToBuilder();
        var kept = ImmutableArray.CreateBuilder<Node>();
        foreach (var node in graph.Nodes)
        {
            var made = node.Outputs.Where(o => o.Length > 0).Select(o => (Name: o, Value: known.ConstantOrNull(o))).ToList();
            if (made.Any(m => m.Value is null || outputs.Contains(m.Name))) kept.Add(node);
            else foreach (var (name, value) in made) constants[name] = value!;
        }

        return graph with { Nodes = kept.ToImmutable(), Initializers = constants.ToImmutable() };
    }
}
