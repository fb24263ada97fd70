using System.Collections.Immutable;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Rewrites;

/// <summary>Gives a model's input the extents that its file leaves open, and makes a model of batches one of single images.</summary>
public static class FixInput
{
    /// <summary>Fixes the extents of the input.</summary>
    /// <param name="extents">One for each axis. The first, the batch, is not fixed by it.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Usage"/>: another number of axes, or another extent than the file's.</exception>
    public static ModelGraph WithShape(ModelGraph graph, ImmutableArray<int> extents)
    {
        var input = graph.Input;
        if (input.HasShape && input.Shape.Length != extents.Length)
            throw Usage($"the input '{input.Name}' has {input.Shape.Length} axes, and --input-shape gives {extents.Length}");
        for (var axis = 1; axis < input.Shape.Length; axis++)
        {
            if (input.Shape[axis].Value is { } known && known != extents[axis])
                throw Usage($"the input '{input.Name}' has the extent {known} on axis {axis}, and --input-shape gives {extents[axis]}: only what is open can be given");
        }

        var batch = input.HasShape && input.Shape.Length > 0 ? input.Shape[0] : new Dimension(null, "N");
        return graph with { Inputs = [input with { Shape = [batch, .. extents.Skip(1).Select(e => (Dimension)e)], HasShape = true }] };
    }

    /// <summary>
    /// Opens the batch of a model that was exported for batches of one size. Where images are reshaped to that size, they are reshaped to the
    /// batch that is there.
    /// </summary>
    public static ModelGraph WithOpenBatch(ModelGraph graph)
    {
        if (graph.Input.Shape is not [{ Value: { } batch }, ..]) return graph;
        var (known, constants) = (KnownValues.Of(graph), new Dictionary<string, Tensor>(StringComparer.Ordinal));
        var nodes = graph.Nodes.Select(node => Reopened(node, batch, known, constants)).ToImmutableArray();
        return graph.WithInitializers(constants) with
        {
            Inputs = [Open(graph.Input)],
            Outputs = [.. graph.Outputs.Select(o => o.Shape is [{ Value: { } first }, ..] && first == batch ? Open(o) : o)],
            Nodes = nodes,
        };
    }

    private static Node Reopened(Node node, int batch, KnownValues known, Dictionary<string, Tensor> constants)
    {
        if (node is not { OpType: "Reshape", Inputs: [var data, var target] }) return node;
        if (known.ConstantOrNull(target) is not { Type: ElementType.Int64 } shape || shape.Count == 0 || shape.Longs[0] != batch) return node;
        // Of a constant both mean the number that was there. 0 keeps the extent that is there; where the batch was folded into another axis, -1 is what is left.
        var keeps = known.Shape(data) is [var first, ..] && first == batch && node.Int("allowzero", 0) == 0;
        if (!keeps && shape.Longs.Contains(-1)) return node;
        var name = $"{node.Output}.shape";
        constants[name] = Tensor.Of((long[])[keeps ? 0 : -1, .. shape.Longs[1..]], shape.Shape);
        return node with { Inputs = [data, name] };
    }

    private static ValueInfo Open(ValueInfo value) => value with { Shape = value.Shape.SetItem(0, new Dimension(null, "N")) };

    private static UserErrorException Usage(string what) => new(UserErrorKind.Usage, what);
}
