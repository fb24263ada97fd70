using System.Collections.Immutable;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Rewrites;

/// <summary>
/// Evaluates every node whose value does not depend on the image: constants, what is computed from them, and shapes, if they are wanted for the
/// batch size of one that is compiled.
/// </summary>
internal static class FoldConstants
{
    /// <summary>
    /// Elements of a constant that is larger than what it is computed from, as <c>ConstantOfShape</c> makes them: a few bytes of a file can ask
    /// for gigabytes. A table of positions for images of 1024 × 1024 has so many.
    /// </summary>
    private const int LargestMade = 1 << 20;

    public static ModelGraph ForOneImage(ModelGraph graph) => Apply(graph, foldsShapes: true);

    /// <summary>Leaves shapes, and what is computed from them, to whoever runs the graph: they may hold the size of the batch.</summary>
    public static ModelGraph ForAnyBatch(ModelGraph graph) => Apply(graph, foldsShapes: false);

    private static ModelGraph Apply(ModelGraph graph, bool foldsShapes)
    {
        var known = KnownValues.Of(graph, batch: 1, LargestMade, asLargeAsInputs: true);
        var outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var constants = graph.Initializers.ToBuilder();
        var kept = ImmutableArray.CreateBuilder<Node>();
        foreach (var node in graph.Nodes)
        {
            var made = node.Outputs.Where(o => o.Length > 0).Select(o => (Name: o, Value: known.ConstantOrNull(o))).ToList();
            if (made.Any(m => m.Value is null || outputs.Contains(m.Name)) || !(foldsShapes || IsOfConstants(node))) kept.Add(node);
            else foreach (var (name, value) in made) constants[name] = value!;
        }

        return graph with { Nodes = kept.ToImmutable(), Initializers = constants.ToImmutable() };

        bool IsOfConstants(Node node) => node.OpType != "Shape" && node.Inputs.All(i => i.Length == 0 || constants.ContainsKey(i));
    }
}
