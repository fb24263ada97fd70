using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>
/// What a removal must compute, in the model's original shape. A removed channel is one that nobody reads: the weights that sum over it are
/// set to zero. (Setting its filters to zero would not do, because batch norm's shift or an activation such as a sigmoid makes something
/// else of zero on the way.)
/// </summary>
public static class ChannelMasker
{
    /// <summary>The model with positions of groups (by <see cref="ChannelGroup.Id"/>) unread.</summary>
    /// <exception cref="ArgumentException">As for <see cref="ChannelRemover"/>.</exception>
    public static ModelGraph Mask(
        ModelGraph graph, ChannelAnalysis analysis, IReadOnlyDictionary<int, IReadOnlyCollection<int>> positionsByGroup)
    {
        var selection = new ChannelSelection(analysis, positionsByGroup);
        var constants = new ConstantTable(graph);
        var masked = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var layer in analysis.Layers)
        {
            // Layers that share a weight share its channels; masking it twice changes nothing.
            if (selection.Kept(layer.Inputs) is null) continue;
            masked[layer.Weight] = TensorChannels.Zero(
                constants.TensorOf(layer.Weight)!, layer.ReductionAxis, i => selection.IsRemoved(layer.Inputs[i]));
        }

        return ConstantWriter.Replace(ConstantWriter.Replace(graph, constants.ComputedFrom(masked)), masked);
    }
}
