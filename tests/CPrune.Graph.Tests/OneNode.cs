using System.Collections.Immutable;

namespace CPrune.Graph.Tests;

/// <summary>Graphs of a single operator: its first input is the model's input 'x', the others are constants.</summary>
internal static class OneNode
{
    /// <param name="constants">Inputs 1, 2, ...; null is an absent one.</param>
    public static ModelGraph Model(
        string opType, ImmutableArray<int> input, IEnumerable<Tensor?>? constants = null,
        IEnumerable<(string Name, AttributeValue Value)>? attributes = null, long opset = 13, int outputs = 1)
    {
        var others = (constants ?? []).Select((value, i) => (Name: value is null ? "" : $"c{i}", Value: value)).ToList();
        var node = new Node
        {
            Name = "it",
            OpType = opType,
            Inputs = ["x", .. others.Select(o => o.Name)],
            Outputs = [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")],
            Attributes = (attributes ?? []).ToImmutableSortedDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal),
        };
        return Model([node], input, opset) with
        {
            Outputs = [.. node.Outputs.Select(FloatOutput)],
            Initializers = others.Where(o => o.Value is not null).ToImmutableSortedDictionary(o => o.Name, o => o.Value!, StringComparer.Ordinal),
        };
    }

    /// <summary>Any nodes behind an input 'x'; the last node's first output is the graph's.</summary>
    public static ModelGraph Model(ImmutableArray<Node> nodes, ImmutableArray<int> input, long opset = 13) => new()
    {
        Name = "one",
        Inputs = [new ValueInfo("x", ElementType.Float32, [.. input.Select(extent => (Dimension)extent)])],
        Outputs = [FloatOutput(nodes[^1].Output)],
        Nodes = nodes,
        Initializers = ImmutableSortedDictionary.Create<string, Tensor>(StringComparer.Ordinal),
        Metadata = new ModelMetadata { OpsetImports = new ModelMetadata().OpsetImports.SetItem("", opset) },
    };

    public static AttributeValue Int(long value) => new AttributeValue.Int(value);

    public static AttributeValue Float(float value) => new AttributeValue.Float(value);

    public static AttributeValue Text(string value) => new AttributeValue.Text(value);

    public static AttributeValue Ints(params ImmutableArray<long> values) => new AttributeValue.Ints(values);

    public static Tensor Longs(params long[] values) => Tensor.Of(values, values.Length);

    public static Tensor Scalar(float value) => Tensor.Of([value]);

    private static ValueInfo FloatOutput(string name) => new(name, ElementType.Float32, []) { HasShape = false };
}
