using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>Sums of a tensor's elements by the position that their index on a layer's axis belongs to.</summary>
internal static class PositionSums
{
    /// <param name="values">Of the shape of the layer's weight.</param>
    /// <param name="sums">One a position of the layer's group; indices of other groups are left out.</param>
    public static void Add(Tensor values, LayerPositions layer, Func<float, double> ofElement, double[] sums)
    {
        var data = values.Floats;
        var extent = values.Shape[layer.Axis];
        var inner = Shapes.Count(values.Shape[(layer.Axis + 1)..]);
        for (var start = 0; start < data.Length; start += extent * inner)
            foreach (var (index, position) in layer.Own)
                foreach (var element in data.Slice(start + (index * inner), inner)) sums[position] += ofElement(element);
    }
}
