using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Blocks;

/// <summary>
/// Finds residual blocks (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016): additions of two values of one shape, of which one side hangs on a
/// single value that the other side is, or is computed from.
/// </summary>
public static class ResidualBlocks
{
    /// <summary>All blocks, in the order of their additions; a block may lie inside another one. Linear in the graph for each addition.</summary>
    public static ImmutableArray<ResidualBlock> Of(ModelGraph graph)
    {
        // The bodies of control flow may read any value of the graph by its name.
        if (graph.Nodes.Any(n => n.OpType is "If" or "Loop" or "Scan")) return [];
        var (flow, shapes) = (new ValueFlow(graph), KnownValues.AsFarAsKnown(graph).Shapes);
        return [.. graph.Nodes.Where(n => AddsTwoAlike(n, flow, shapes)).Select(n => BlockAt(n, flow)).OfType<ResidualBlock>()];
    }

    private static bool AddsTwoAlike(Node node, ValueFlow flow, IReadOnlyDictionary<string, ImmutableArray<int>> shapes) =>
        node is { OpType: "Add", Domain: "", Inputs: [var left, var right] }
        && left != right && !flow.IsConstant(left) && !flow.IsConstant(right)
        && shapes.TryGetValue(left, out var one) && shapes.TryGetValue(right, out var other) && one.SequenceEqual(other);

    /// <summary>
    /// Where either side could be the shortcut, it is the one with fewer layers, or the smaller windows; of equal sides neither is. Weights would not do: cuts of
    /// channels may turn the order round, and what is known of a block is known by its name.
    /// </summary>
    private static ResidualBlock? BlockAt(Node sum, ValueFlow flow)
    {
        var (first, second) = (Read(sum, sum.Inputs[0], sum.Inputs[1], flow), Read(sum, sum.Inputs[1], sum.Inputs[0], flow));
        if (first is null || second is null) return first ?? second;
        return SizeOf(first, flow).CompareTo(SizeOf(second, flow)) switch { > 0 => first, < 0 => second, _ => null };
    }

    private static (int Layers, long Taps) SizeOf(ResidualBlock side, ValueFlow flow) => (side.Layers.Length, flow.TapsOf(side.Nodes));

    private static ResidualBlock? Read(Node sum, string branch, string shortcut, ValueFlow flow)
    {
        var nodes = flow.ServingOnly(branch, sum);
        var layers = nodes.Where(n => n.OpType is "Conv" or "Gemm" or "MatMul").Select(n => n.LayerName()).ToImmutableArray();
        if (layers.IsEmpty || flow.Entries(nodes) is not [var entry]) return null;
        if (shortcut != entry && !flow.IsComputedFrom(shortcut, entry)) return null;
        return new ResidualBlock
        {
            Name = sum.LayerName(),
            Sum = sum.Output,
            Entry = entry,
            Branch = branch,
            Shortcut = shortcut,
            Nodes = [.. nodes.Select(n => n.Output)],
            Layers = layers,
        };
    }
}
