using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Concatenation along the channels lays them side by side; along another axis it ties them.</summary>
internal sealed class ConcatRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        var operands = new List<ChannelLayout.Known>();
        foreach (var input in node.Inputs)
        {
            if (walk.LayoutOf(input) is ChannelLayout.Opaque opaque) return opaque.Reason;
            if (walk.LayoutOf(input) is not ChannelLayout.Known known) return $"{node.Label} joins channels with the constant '{input}'";
            operands.Add(known);
        }

        if (operands.Count == 0) return $"{node.Label} has no inputs";
        var first = operands[0];
        if (operands.Any(o => o.Axis != first.Axis || o.Rank != first.Rank)) return $"{node.Label} mixes channels with another axis";
        var axis = node.Int("axis", 1);
        if (axis < 0) axis += first.Rank;
        if (axis == first.Axis)
        {
            walk.SetLayout(node.Output, first with { Atoms = [.. operands.SelectMany(o => o.Atoms)] });
            return null;
        }

        if (operands.Any(o => o.Atoms.Length != first.Atoms.Length)) return $"{node.Label} joins unequal numbers of channels";
        foreach (var operand in operands) walk.Atoms.Tie(operand.Atoms, first.Atoms);
        walk.SetLayout(node.Output, first);
        return null;
    }
}
