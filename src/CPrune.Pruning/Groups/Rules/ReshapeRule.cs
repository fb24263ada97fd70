using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// <c>Reshape</c> where the channel axis survives, alone or as the head of a block (flatten): element order shows which axis it becomes. A channel count
/// written into the shape is noted for the removal. A reshape that splits the channels is left alone.
/// </summary>
internal sealed class ReshapeRule : IChannelRule
{
    private const long Inferred = -1;
    private const long Copied = 0;

    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is ChannelLayout.Opaque opaque) return opaque.Reason;
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return $"{node.Label} reshapes a constant";
        if (walk.ShapeOrNull(node.Inputs[0]) is not { } from || walk.ShapeOrNull(node.Output) is not { } to) return $"the shapes of {node.Label} are not known";
        if (AxisAfter(from, known.Axis, to) is not { } axis) return $"{node.Label} does not keep the channels together";
        if (NoteExtent(node, walk, known, axis, Blocks(known.Atoms, to[axis] / from[known.Axis])) is { } reason) return reason;
        walk.SetLayout(node.Output, new ChannelLayout.Known(to.Length, axis, Blocks(known.Atoms, to[axis] / from[known.Axis])));
        return null;
    }

    /// <summary>Every channel as often as it has indices after a flatten.</summary>
    public static ImmutableArray<int> Blocks(ImmutableArray<int> channels, int block) =>
        block == 1 ? channels : [.. channels.SelectMany(atom => Enumerable.Repeat(atom, block))];

    /// <summary>
    /// The axis of the result that begins where the channel axis began and holds whole channels, or null. Elements before it must count the
    /// same in both shapes, because the order of elements does not change.
    /// </summary>
    private static int? AxisAfter(ImmutableArray<int> from, int axis, ImmutableArray<int> to)
    {
        var before = Shapes.Count(from[..axis]);
        var after = Shapes.Count(from[(axis + 1)..]);
        return Enumerable.Range(0, to.Length)
            .Where(b => Shapes.Count(to[..b]) == before && to[b] % from[axis] == 0 && after % (to[b] / from[axis]) == 0)
            .OrderBy(b => Math.Abs(b - axis))
            .Cast<int?>()
            .FirstOrDefault();
    }

    /// <summary>Makes the shape follow the channels; returns the reason if it cannot.</summary>
    private static string? NoteExtent(Node node, ChannelPropagation walk, ChannelLayout.Known known, int axis, ImmutableArray<int> atoms)
    {
        if (walk.Constants.LongsOf(node.InputOrNull(1)) is { } shape)
        {
            if (axis != known.Axis && known.Axis < shape.Length && shape[known.Axis] == Copied) return $"{node.Label} copies the number of channels to another axis";
            if (shape[axis] > 0) walk.Edits.Add(new ExtentEdit.Element(node.Output, 1, axis, atoms));
            return shape[axis] == Copied && axis != known.Axis ? $"{node.Label} takes the channels' extent from another axis" : null;
        }

        // A computed shape is the concatenation of single numbers; the one at the channels' place must be a constant.
        if (node.InputOrNull(1) is not { } name || walk.Producers.GetValueOrDefault(name) is not { OpType: "Concat" } concat) return $"the shape of {node.Label} is computed";
        for (int input = 0, index = 0; input < concat.Inputs.Length; input++)
        {
            var piece = walk.Constants.LongsOf(concat.Inputs[input]);
            var length = piece?.Length ?? (walk.ShapeOrNull(concat.Inputs[input]) is { Length: 1 } extents ? extents[0] : 1);
            if (axis >= index && axis < index + length)
            {
                if (piece is null || piece[axis - index] == Copied || walk.Consumers[name].Count() > 1) return $"the shape of {node.Label} is computed";
                if (piece[axis - index] != Inferred) walk.Edits.Add(new ExtentEdit.Element(concat.Output, input, axis - index, atoms));
                return null;
            }

            index += length;
        }

        return $"the shape of {node.Label} is computed";
    }
}
