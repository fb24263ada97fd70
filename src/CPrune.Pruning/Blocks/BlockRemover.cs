using CPrune.Graph;

namespace CPrune.Pruning.Blocks;

/// <summary>
/// Takes a residual block out of a model for good: whoever read the sum reads the shortcut, and what served only the branch goes, weights included. What follows
/// the sum, such as its activation, stays; names and shapes of everything else, too.
/// </summary>
public static class BlockRemover
{
    /// <param name="graph">The model that the block was found in, possibly with other weights.</param>
    /// <exception cref="ArgumentException">The model does not have the block.</exception>
    public static ModelGraph Remove(ModelGraph graph, ResidualBlock block)
    {
        var sum = graph.Nodes.FirstOrDefault(n => n.Outputs.Contains(block.Sum));
        if (sum is null || !sum.Inputs.Contains(block.Branch) || !sum.Inputs.Contains(block.Shortcut))
            throw new ArgumentException($"the model has no block '{block.Name}'; look for its blocks again", nameof(block));

        var gone = block.Nodes.ToHashSet(StringComparer.Ordinal);
        var isOutput = graph.Outputs.Any(o => o.Name == block.Sum);
        var kept = graph.Nodes.Where(n => !gone.Contains(n.Output))
            .Where(n => isOutput || n != sum)
            .Select(n => n == sum ? Renamed(sum, block) : isOutput ? n : Rewired(n, block))
            .ToList();
        return graph with { Nodes = [.. kept], Initializers = graph.Initializers.RemoveRange(OnlyReadBy(graph, gone, kept)) };
    }

    /// <summary>An output of the model keeps its name.</summary>
    private static Node Renamed(Node sum, ResidualBlock block) => new() { Name = sum.Name, OpType = "Identity", Inputs = [block.Shortcut], Outputs = sum.Outputs };

    private static Node Rewired(Node node, ResidualBlock block) =>
        node.Inputs.Contains(block.Sum) ? node with { Inputs = [.. node.Inputs.Select(i => i == block.Sum ? block.Shortcut : i)] } : node;

    private static IEnumerable<string> OnlyReadBy(ModelGraph graph, HashSet<string> gone, List<Node> kept)
    {
        var stillRead = kept.SelectMany(n => n.Inputs).Concat(graph.Outputs.Select(o => o.Name)).ToHashSet(StringComparer.Ordinal);
        return graph.Nodes.Where(n => gone.Contains(n.Output)).SelectMany(n => n.Inputs).Where(i => i.Length > 0 && !stillRead.Contains(i)).Distinct(StringComparer.Ordinal);
    }
}
