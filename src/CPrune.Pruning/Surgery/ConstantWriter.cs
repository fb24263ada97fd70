using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>Writes constants back to where they stand: initializers, or the value of a <c>Constant</c> node.</summary>
internal static class ConstantWriter
{
    /// <summary>The graph with the constants, given by root name, replaced.</summary>
    public static ModelGraph Replace(ModelGraph graph, IReadOnlyDictionary<string, Tensor> constants) => graph with
    {
        Initializers = graph.Initializers.SetItems(constants.Where(c => graph.Initializers.ContainsKey(c.Key))),
        Nodes =
        [
            .. graph.Nodes.Select(n => n.OpType == "Constant" && constants.TryGetValue(n.Output, out var tensor) ? WithValue(n, tensor) : n),
        ],
    };

    /// <summary>
    /// The graph in which one input of one node (given by its first output) reads another constant. A constant that has other readers is
    /// left to them and a copy is made under a new name.
    /// </summary>
    public static ModelGraph ReplaceInput(ModelGraph graph, string output, int input, Func<Tensor, Tensor> change)
    {
        var node = graph.Nodes.First(n => n.Output == output);
        var name = node.Inputs[input];
        var constants = new ConstantTable(graph);
        var changed = change(constants.TensorOf(name)!);
        var isOnlyReader = graph.Nodes.Sum(n => n.Inputs.Count(i => i == name)) == 1 && graph.Outputs.All(o => o.Name != name);
        if (isOnlyReader && constants.RootOf(name) == name) return Replace(graph, new Dictionary<string, Tensor> { [name] = changed });

        var copy = FreshName(graph, $"{name}_{output}");
        var reader = node with { Inputs = node.Inputs.SetItem(input, copy) };
        return (graph with { Nodes = graph.Nodes.Replace(node, reader) }).WithInitializer(copy, changed);
    }

    private static Node WithValue(Node node, Tensor tensor) => node with
    {
        Attributes = node.Attributes.Clear().Add("value", new AttributeValue.TensorValue(tensor)),
    };

    private static string FreshName(ModelGraph graph, string wanted)
    {
        var taken = graph.Nodes.SelectMany(n => n.Outputs).Concat(graph.Initializers.Keys).Concat(graph.Inputs.Select(i => i.Name))
            .ToHashSet(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? wanted : $"{wanted}_{number}";
            if (!taken.Contains(name)) return name;
        }
    }
}
