using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups.Rules;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Finds which channels of a model can only be removed together. One walk in graph order gives every channel of every value an atom, ties
/// atoms where operators combine channels, and freezes those that meet something that is not understood; groups are read off at the end.
/// Linear in the number of channels of all values and layers; where concatenations repeat earlier values, these are many more than the model's filters.
/// </summary>
public static class PruningGraph
{
    /// <summary>
    /// Analyses a model with batch norm as nodes or folded. It never fails on an operator: what cannot be pruned carries the reason.
    /// The answer depends on shapes only and holds for the same model with other weights.
    /// </summary>
    /// <exception cref="ArgumentException">Two layers have the same name.</exception>
    public static ChannelAnalysis Analyze(ModelGraph graph)
    {
        var walk = new ChannelPropagation(graph, KnownValues.AsFarAsKnown(graph));
        foreach (var input in graph.Inputs)
        {
            var reason = $"'{input.Name}' is an input of the model";
            walk.SetLayout(input.Name, input.Shape is [_, { Value: { } channels }, ..]
                ? new ChannelLayout.Known(input.Shape.Length, 1, walk.Atoms.FreshFrozen(channels, reason))
                : new ChannelLayout.Opaque(reason));
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Outputs.All(o => o.Length == 0 || walk.Constants.RootOf(o) is not null)) continue;
            walk.Visit(node, ChannelRules.For(node, walk));
        }

        foreach (var output in graph.Outputs) walk.FreezeValue(output.Name, $"'{output.Name}' is an output of the model");

        // The bodies of control flow may read any value of the graph by its name.
        if (graph.Nodes.FirstOrDefault(n => n.OpType is "If" or "Loop" or "Scan") is { } control)
            walk.FreezeEverything($"{control.Label} may read any value of the model");
        return GroupBuilder.Build(walk);
    }
}
