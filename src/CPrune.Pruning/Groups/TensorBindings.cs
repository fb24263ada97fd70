using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Which channel each index of each parameter axis belongs to. Because a parameter is bound once however many nodes read it, shared
/// weights tie the layers that share them. Axes of extent 1 are broadcast and never bound.
/// </summary>
internal sealed class TensorBindings(ChannelAtoms atoms)
{
    private readonly Dictionary<string, ImmutableArray<int>[]> _axes = new(StringComparer.Ordinal);

    /// <summary>Every used parameter, by its root name: the channels of each axis; empty for axes of extent 1.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<int>[]> Axes => _axes;

    /// <summary>
    /// Records one use of a parameter: index i of axis <c>Axis</c> belongs to channel <c>Atoms[i]</c>. Every axis that is not named must
    /// stay as it is, with <paramref name="otherwise"/> as the reason.
    /// </summary>
    public void Use(string root, Tensor tensor, string otherwise, params ReadOnlySpan<(int Axis, ImmutableArray<int> Atoms)> bound)
    {
        if (!_axes.TryGetValue(root, out var axes)) _axes[root] = axes = new ImmutableArray<int>[tensor.Shape.Length];
        for (var axis = 0; axis < axes.Length; axis++)
        {
            if (tensor.Shape[axis] == 1) axes[axis] = [];
            else Bind(ref axes[axis], tensor.Shape[axis], AtomsOf(axis, bound), otherwise);
        }

        if (tensor.Type is not (ElementType.Float32 or ElementType.Int64))
            foreach (var axis in axes) atoms.Freeze(axis, $"parameter '{root}' is stored as {tensor.Type}");
    }

    private static ImmutableArray<int>? AtomsOf(int axis, ReadOnlySpan<(int Axis, ImmutableArray<int> Atoms)> bound)
    {
        foreach (var entry in bound)
            if (entry.Axis == axis) return entry.Atoms;
        return null;
    }

    private void Bind(ref ImmutableArray<int> axis, int extent, ImmutableArray<int>? channels, string otherwise)
    {
        if (channels is { } wrong && wrong.Length != extent)
        {
            atoms.Freeze(wrong, otherwise);
            channels = null;
        }

        if (axis.IsDefault) axis = channels ?? atoms.Fresh(extent);
        else if (channels is { } other) atoms.Tie(axis, other);
        if (channels is null) atoms.Freeze(axis, otherwise);
    }
}
