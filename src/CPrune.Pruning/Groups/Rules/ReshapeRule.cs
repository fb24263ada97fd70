using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// <c>Reshape</c> where the channel axis survives, alone or within a larger one (flatten): element order shows which axis it becomes. A channel count written
/// into the shape is noted for the removal; one that is read off another value ties the two. A reshape that splits the channels is left alone, unless a channel
/// shuffle begins with it.
/// </summary>
internal sealed class ReshapeRule : IChannelRule
{
    private const long Inferred = -1;
    private const long Copied = 0;

    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (walk.ShapeOrNull(node.Inputs[0]) is not { } from || walk.ShapeOrNull(node.Output) is not { } to)
            return $"the shapes of {node.Label} are not known";
        if (known.Axis == 1 && ChannelShuffle.StartingAt(node, walk) is { } shuffle) return Follow(shuffle, walk, known);
        if (AxisAfter(from, known.Axis, to) is not { } axis) return $"{node.Label} does not keep the channels together";
        var block = Shapes.Count(from[(known.Axis + 1)..]) / Shapes.Count(to[(axis + 1)..]);
        var after = new ChannelLayout.Known(to.Length, axis, [.. Enumerable.Range(0, to[axis]).Select(i => known.Atoms[i / block % known.Atoms.Length])]);
        walk.SetLayout(node.Output, after);
        return walk.Constants.RootOf(node.InputOrNull(1)) is not null && walk.LongsOf(node.Inputs[1]) is { } shape
            ? FollowConstant(node, walk, shape, known.Axis, after)
            : FollowNumbers(node, walk, after);
    }

    /// <summary>Every channel as often as it has indices after a flatten.</summary>
    public static ImmutableArray<int> Blocks(ImmutableArray<int> channels, int block) =>
        block == 1 ? channels : [.. channels.SelectMany(atom => Enumerable.Repeat(atom, block))];

    /// <summary>The order of the channels changes, all of them stay.</summary>
    private static string? Follow(ChannelShuffle shuffle, ChannelPropagation walk, ChannelLayout.Known before)
    {
        if (Counted(shuffle.View, walk).Any(c => !c.IsEmpty)) return $"the shape of {shuffle.View.Label} counts channels";
        var order = shuffle.Order(before.Atoms.Length);
        walk.SetLayout(shuffle.Join.Output, before with { Atoms = [.. order.Select(i => before.Atoms[i])] });
        walk.Edits.Add(new NodeEdit.Shuffle(shuffle.Join.Output, before.Atoms, shuffle, order));
        walk.MarkDone(shuffle.Turn);
        walk.MarkDone(shuffle.Join);
        return null;
    }

    /// <summary>
    /// The axis of the result that holds the whole channel axis, alone or with neighbours, or null. The order of elements does not change, so what lies behind
    /// that axis lay behind the channels, and the axis is a multiple of the channels and what else came behind them.
    /// </summary>
    private static int? AxisAfter(ImmutableArray<int> from, int axis, ImmutableArray<int> to)
    {
        var behind = Shapes.Count(from[(axis + 1)..]);
        return Enumerable.Range(0, to.Length)
            .Where(b => Shapes.Count(to[(b + 1)..]) is > 0 and var rest && behind % rest == 0 && to[b] % (from[axis] * (behind / rest)) == 0)
            .OrderBy(b => Math.Abs(b - axis))
            .Cast<int?>()
            .FirstOrDefault();
    }

    /// <summary>Makes a constant shape follow the channels; returns the reason if it cannot.</summary>
    private static string? FollowConstant(Node node, ChannelPropagation walk, long[] shape, int axisBefore, ChannelLayout.Known after)
    {
        var moves = after.Axis != axisBefore;
        if (moves && axisBefore < shape.Length && shape[axisBefore] == Copied) return $"{node.Label} copies the number of channels to another axis";
        if (moves && shape[after.Axis] == Copied) return $"{node.Label} takes the number of channels from another axis";
        if (shape[after.Axis] > 0) walk.Edits.Add(new NodeEdit.Count(node.Output, after.Atoms, null, 1, after.Axis, after.Atoms));
        return null;
    }

    /// <summary>
    /// Numbers read off shapes follow what they count. Those in the channels' place go with the channels; elsewhere they would change other axes, unless what they
    /// count is left alone anyway. Returns the reason if they stand there.
    /// </summary>
    private static string? FollowNumbers(Node node, ChannelPropagation walk, ChannelLayout.Known after)
    {
        var counted = Counted(node, walk);
        if (counted.Where((c, axis) => axis != after.Axis && c.Any(atom => walk.Atoms.ReasonOf(atom) is null)).Any()) return $"the shape of {node.Label} counts channels on another axis";
        if (after.Axis >= counted.Length || counted[after.Axis] is not { IsEmpty: false } own) return FollowConcat(node, walk, after);
        if (own.Length != after.Atoms.Length) return $"the shape of {node.Label} counts other channels";
        walk.Atoms.Tie(own, after.Atoms);
        return null;
    }

    private static ImmutableArray<ImmutableArray<int>> Counted(Node node, ChannelPropagation walk) =>
        walk.LayoutOf(node.InputOrNull(1)) is ChannelLayout.Numbers numbers ? numbers.Counted : [];

    /// <summary>
    /// A shape that is computed from others is the concatenation of single numbers; the one in the channels' place must be a constant. Returns the reason if it
    /// is not.
    /// </summary>
    private static string? FollowConcat(Node node, ChannelPropagation walk, ChannelLayout.Known after)
    {
        var computed = $"the shape of {node.Label} is computed";
        if (node.InputOrNull(1) is not { } name || walk.Consumers[name].Count() > 1) return computed;
        if (walk.Producers.GetValueOrDefault(name) is not { OpType: "Concat" } concat) return computed;
        for (int input = 0, index = 0; input < concat.Inputs.Length; input++)
        {
            var piece = walk.Constants.RootOf(concat.Inputs[input]) is { } root ? walk.LongsOf(root) : null;
            var length = piece?.Length ?? (walk.ShapeOrNull(concat.Inputs[input]) is { Length: 1 } extents ? extents[0] : 1);
            if (after.Axis < index + length)
            {
                if (piece is null || piece[after.Axis - index] == Copied) return computed;
                if (piece[after.Axis - index] != Inferred)
                    walk.Edits.Add(new NodeEdit.Count(concat.Output, after.Atoms, null, input, after.Axis - index, after.Atoms));
                return null;
            }

            index += length;
        }

        return computed;
    }
}
