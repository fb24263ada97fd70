using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// A convolution consumes its input's channels and makes new ones. A grouped one loses filter k, and input channel k, of every group at
/// once, so that its groups stay equal. A depthwise one (as many groups as channels) passes its input's channels through.
/// </summary>
internal sealed class ConvolutionRule : IChannelRule
{
    private const int FilterAxis = 0;
    private const int InputAxis = 1;

    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.Constants.TensorOf(node.InputOrNull(1)) is not { } weight) return $"the weight of {node.Label} is not a constant";
        if (node.InputOrNull(2) is { } bias && walk.Constants.RootOf(bias) is null) return $"the bias of {node.Label} is not a constant";
        if (weight.Shape.Length < 3) return $"the weight of {node.Label} has shape {Shapes.Text(weight.Shape)}";
        var groups = checked((int)node.Int("group", 1));
        var input = walk.LayoutOf(node.InputOrNull(0));
        if (input is null) return $"{node.Label} convolves a constant";
        if (input is ChannelLayout.Known known &&
            (known.Axis != 1 || known.Rank != weight.Shape.Length || known.Atoms.Length != weight.Shape[InputAxis] * groups))
            input = walk.Refused(known, $"{node.Label} does not sum over the channels it is given");
        return groups > 1 && weight.Shape[InputAxis] == 1
            ? Depthwise(node, walk, weight, groups, input)
            : Dense(node, walk, weight, groups, input);
    }

    private static string? Dense(Node node, ChannelPropagation walk, Tensor weight, int groups, ChannelLayout input)
    {
        var inputs = InputsOfOneGroup(walk.Atoms, input, weight.Shape[InputAxis]);
        var filters = Repeat(walk.Atoms.Fresh(weight.Shape[FilterAxis] / groups), groups);
        Bind(node, walk, filters, (FilterAxis, filters), (InputAxis, inputs));
        walk.AddLayer(node, FilterAxis, filters, InputAxis, inputs, groups);
        walk.SetLayout(node.Output, new ChannelLayout.Known(weight.Shape.Length, 1, filters));
        return null;
    }

    private static string? Depthwise(Node node, ChannelPropagation walk, Tensor weight, int groups, ChannelLayout input)
    {
        if (input is ChannelLayout.Opaque opaque) return opaque.Reason;
        var channels = ((ChannelLayout.Known)input).Atoms;
        var multiplier = weight.Shape[FilterAxis] / groups;
        ImmutableArray<int> filters = [.. channels.SelectMany(atom => Enumerable.Repeat(atom, multiplier))];
        Bind(node, walk, filters, (FilterAxis, filters));
        walk.AddLayer(node, FilterAxis, filters, -1, [], 1);
        walk.Edits.Add(new NodeEdit.Count(node.Output, channels, "group", -1, null, channels));
        walk.SetLayout(node.Output, new ChannelLayout.Known(weight.Shape.Length, 1, filters));
        return null;
    }

    /// <summary>The channels one group reads, tied with those in the same place of the other groups.</summary>
    private static ImmutableArray<int> InputsOfOneGroup(ChannelAtoms atoms, ChannelLayout input, int perGroup)
    {
        if (input is ChannelLayout.Opaque opaque) return atoms.FreshFrozen(perGroup, opaque.Reason);
        var all = ((ChannelLayout.Known)input).Atoms;
        for (var i = perGroup; i < all.Length; i++) atoms.Tie(all[i], all[i % perGroup]);
        return all[..perGroup];
    }

    private static ImmutableArray<int> Repeat(ImmutableArray<int> atoms, int times) => [.. Enumerable.Repeat(atoms, times).SelectMany(a => a)];

    private static void Bind(
        Node node, ChannelPropagation walk, ImmutableArray<int> filters, params ReadOnlySpan<(int Axis, ImmutableArray<int> Atoms)> weightAxes)
    {
        walk.UseConstant(node.Inputs[1], $"the window of {node.Label} is no channel axis", weightAxes);
        walk.UseConstant(node.InputOrNull(2), $"the bias of {node.Label} is not a vector", (0, filters));
    }
}
