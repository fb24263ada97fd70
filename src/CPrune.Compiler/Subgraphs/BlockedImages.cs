using CPrune.Compiler.Expressions;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Which images lie in blocks of channels (<see cref="BufferSpec.Block"/>): those that whole blocks fill and that all who read them walk block by block. Converting
/// an image takes no kernel of its own. What makes it writes, and what uses it reads, either layout: where the layouts of a model meet is part of the kernels
/// there, and of their time.
/// </summary>
/// <param name="block">Channels in a block; 0 for none.</param>
internal sealed class BlockedImages(LiveGraph graph, int block)
{
    /// <summary>Where a draft's value is written.</summary>
    /// <param name="home">Where it were to be written otherwise.</param>
    public Destination Of(Draft draft, Destination home)
    {
        var image = draft.Frame.Extents;
        return block > 0 && !image.IsVector && image.Channels % block == 0 && home.Buffer == draft.Value && draft.Value != graph.Output
            && draft.Frame.WalksBlocksOf(block) && graph.ConsumersOf(draft.Value).ToList() is { Count: > 0 } readers && readers.TrueForAll(r => Reads(r, image))
            ? new Destination(draft.Value, image) { Block = block }
            : home;
    }

    /// <summary>Whether a reader takes whole pixels of the image, channel by channel or all of them.</summary>
    private bool Reads(Node node, ActivationExtents image) => node.OpType switch
    {
        "Conv" => ConvAttributes.Of(node, graph.ShapeOf(node.Inputs[0]), graph.Constant(node, 1).Shape) is { Groups: 1 } or { IsDepthwise: true, FiltersPerGroup: 1 },
        "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" or "ReduceMean" => true,
        _ => ElementwiseOperators.Knows(node) && graph.ExtentsOrNull(node.Output) == image,
    };
}
