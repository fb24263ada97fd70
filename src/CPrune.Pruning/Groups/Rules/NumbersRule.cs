using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// What exporters write between a <c>Shape</c> and a <c>Reshape</c>: numbers are chosen and joined. Where anything else is done with them they could change what is
/// computed, and the channels that they count must stay.
/// </summary>
internal sealed class NumbersRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        // One number may be a scalar.
        if (walk.ShapeOrNull(node.Output) is not { Length: <= 1 } shape || CountedBy(node, walk) is not { } counted || counted.Length != Shapes.Count(shape))
            return $"{node.Label} computes with the shape of a value";
        walk.SetLayout(node.Output, new ChannelLayout.Numbers(counted));
        return null;
    }

    private static ImmutableArray<ImmutableArray<int>>? CountedBy(Node node, ChannelPropagation walk)
    {
        if (node.OpType == "Concat") return [.. node.Inputs.SelectMany(i => Joined(i, walk))];
        if (node.Inputs.Skip(1).Any(walk.IsNumbers) || walk.LayoutOf(node.Inputs[0]) is not ChannelLayout.Numbers { Counted: var counted }) return null;
        return node.OpType switch
        {
            "Cast" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" => counted,
            "Gather" when walk.LongsOf(node.InputOrNull(1)) is { } chosen => [.. chosen.Select(c => counted[(int)(c < 0 ? c + counted.Length : c)])],
            "Slice" when SliceAttributes.Of(walk.CallOf(node)).Ranges is [var range] => [.. Enumerable.Range(0, range.Count).Select(i => counted[range.Start + (i * range.Step)])],
            _ => null,
        };
    }

    /// <summary>Constants and what is computed in other ways count nothing.</summary>
    private static IEnumerable<ImmutableArray<int>> Joined(string input, ChannelPropagation walk) =>
        walk.LayoutOf(input) is ChannelLayout.Numbers numbers
            ? numbers.Counted
            : Enumerable.Repeat(ImmutableArray<int>.Empty, walk.ShapeOrNull(input) is { } shape ? Shapes.Count(shape) : 0);
}
