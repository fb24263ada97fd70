using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace CPrune.Graph.Rewrites;

/// <summary>
/// Converts a model to float32 whose weights, or all of whose values, are stored in half, double or bfloat16. Constants are converted. Casts
/// to such a type become casts to float32, and casts of constants go. Only a model of double precision computes less precisely than before.
/// </summary>
public static class SingleFloats
{
    private const string Cast = "Cast", To = "to";

    /// <summary>Types that are converted.</summary>
    private static readonly ImmutableArray<ElementType> s_converted = [ElementType.Float16, ElementType.Float64, ElementType.BFloat16];

    /// <summary>Converts a model; the same object if there is nothing to convert.</summary>
    /// <param name="found">Types that were converted.</param>
    public static ModelGraph Apply(ModelGraph graph, out ImmutableArray<ElementType> found)
    {
        var types = graph.Initializers.Values.Select(t => t.Type)
            .Concat(graph.Nodes.Select(ConstantTypeOf)).Concat(graph.Inputs.Select(i => i.Type));
        found = [.. types.Where(s_converted.Contains).Distinct().Order()];
        if (found.IsEmpty) return graph;
        var nodes = graph.Nodes.Select(ToSingle).ToImmutableArray();
        var initializers = graph.Initializers.ToImmutableSortedDictionary(i => i.Key, i => ToSingle(i.Value), StringComparer.Ordinal);
        return WithoutCastsOfConstants(graph with
        {
            Inputs = [.. graph.Inputs.Select(ToSingle)],
            Outputs = [.. graph.Outputs.Select(ToSingle)],
            Nodes = nodes,
            Initializers = initializers,
        });
    }

    private static ElementType ConstantTypeOf(Node node) => ValueOf(node)?.Type ?? ElementType.Undefined;

    private static Tensor? ValueOf(Node node) =>
        node.OpType == "Constant" && node.Attributes.GetValueOrDefault("value") is AttributeValue.TensorValue { Value: var value } ? value : null;

    private static ValueInfo ToSingle(ValueInfo value) =>
        s_converted.Contains(value.Type) ? value with { Type = ElementType.Float32 } : value;

    private static Node ToSingle(Node node) => node switch
    {
        { OpType: Cast } when s_converted.Contains((ElementType)node.Int(To, 0)) =>
            node.With(To, new AttributeValue.Int((long)ElementType.Float32)),
        _ when s_converted.Contains(ConstantTypeOf(node)) =>
            node.With("value", new AttributeValue.TensorValue(ToSingle(ValueOf(node)!))),
        _ => node,
    };

    private static Tensor ToSingle(Tensor tensor) => tensor.Type switch
    {
        ElementType.Float16 => Converted<Half>(tensor, v => (float)v),
        ElementType.Float64 => Converted<double>(tensor, v => (float)v),
        ElementType.BFloat16 => Converted<ushort>(tensor, v => BitConverter.Int32BitsToSingle(v << 16)),
        _ => tensor,
    };

    private static Tensor Converted<T>(Tensor tensor, Func<T, float> convert) where T : struct =>
        Tensor.Of([.. MemoryMarshal.Cast<byte, T>(tensor.Raw).ToArray().Select(convert)], tensor.Shape);

    /// <summary>A weight behind a cast would not be found as a layer's weight. Readers of the cast read the constant itself.</summary>
    private static ModelGraph WithoutCastsOfConstants(ModelGraph graph)
    {
        var outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var singles = graph.Initializers.Where(i => i.Value.Type == ElementType.Float32).Select(i => i.Key)
            .Concat(graph.Nodes.Where(n => ConstantTypeOf(n) == ElementType.Float32).Select(n => n.Output)).ToHashSet(StringComparer.Ordinal);
        var gone = graph.Nodes.Where(IsCastOfConstant).ToDictionary(n => n.Output, n => n.Inputs[0], StringComparer.Ordinal);
        var kept = graph.Nodes.Where(n => !gone.ContainsKey(n.Output));
        return graph with { Nodes = [.. kept.Select(n => n with { Inputs = [.. n.Inputs.Select(i => gone.GetValueOrDefault(i, i))] })] };

        bool IsCastOfConstant(Node node) => node is { OpType: Cast, Inputs: [var input] } && node.Int(To, 0) == (long)ElementType.Float32
            && singles.Contains(input) && !outputs.Contains(node.Output);
    }
}
