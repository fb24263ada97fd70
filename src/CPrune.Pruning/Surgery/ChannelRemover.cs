using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>
/// Takes channels out of a model for good: out of the filters that make them, the biases, normalisation parameters and slopes that follow,
/// the weights that read them, and the numbers that count them. Names, metadata and everything untouched stay.
/// </summary>
public static class ChannelRemover
{
    /// <summary>Removes positions of one group.</summary>
    /// <inheritdoc cref="Remove(ModelGraph, ChannelAnalysis, IReadOnlyDictionary{int, IReadOnlyCollection{int}})"/>
    public static ModelGraph Remove(ModelGraph graph, ChannelAnalysis analysis, ChannelGroup group, IReadOnlyCollection<int> positions) =>
        Remove(graph, analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = positions });

    /// <summary>
    /// Removes positions of several groups (by <see cref="ChannelGroup.Id"/>) at once. <paramref name="graph"/> is the analysed model,
    /// possibly with other weights.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A group that must be left alone, a position out of range, or so many positions that a layer or a value would have no channel left.
    /// </exception>
    public static ModelGraph Remove(
        ModelGraph graph, ChannelAnalysis analysis, IReadOnlyDictionary<int, IReadOnlyCollection<int>> positionsByGroup)
    {
        var selection = new ChannelSelection(analysis, positionsByGroup);
        var constants = new ConstantTable(graph);
        var cut = CutParameters(constants, analysis, selection);
        var result = ConstantWriter.Replace(graph, constants.ComputedFrom(cut));
        result = ConstantWriter.Replace(NodeEditor.Apply(result, analysis, selection), cut);
        CheckShapes(result, analysis, selection);
        return result;
    }

    private static Dictionary<string, Tensor> CutParameters(ConstantTable constants, ChannelAnalysis analysis, ChannelSelection selection)
    {
        var cut = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, axes) in analysis.Parameters)
        {
            for (var axis = 0; axis < axes.Length; axis++)
            {
                if (selection.Kept(axes[axis]) is not { } kept) continue;
                var tensor = cut.GetValueOrDefault(name) ?? constants.TensorOf(name);
                if (tensor is null || tensor.Shape.Length != axes.Length || tensor.Shape[axis] != axes[axis].Length)
                    throw new ArgumentException($"parameter '{name}' is not the one that was analysed; analyse the model again");
                cut[name] = TensorChannels.Keep(tensor, axis, kept);
            }
        }

        return cut;
    }

    /// <summary>The rules that cut must agree with the rules that infer shapes; a difference is an error of this program.</summary>
    private static void CheckShapes(ModelGraph result, ChannelAnalysis analysis, ChannelSelection selection)
    {
        var shapes = KnownValues.AsFarAsKnown(result).Shapes;
        foreach (var (value, layout) in analysis.Values)
        {
            if (layout is not ChannelLayout.Known known || !shapes.TryGetValue(value, out ImmutableArray<int> shape)) continue;
            var expected = selection.Kept(known.Atoms)?.Length ?? known.Atoms.Length;
            if (shape[known.Axis] != expected)
                throw new InvalidOperationException(
                    $"after the removal '{value}' has shape {Shapes.Text(shape)}, but axis {known.Axis} should be {expected}");
        }
    }
}
