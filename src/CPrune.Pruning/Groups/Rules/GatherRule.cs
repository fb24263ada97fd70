using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>A choice of channels, in any order and with repetitions. Choosing along another axis lets them pass.</summary>
internal sealed class GatherRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        var given = (int)node.Int("axis", 0);
        var axis = given < 0 ? given + known.Rank : given;
        if (axis != known.Axis)
        {
            if (walk.ShapeOrNull(node.InputOrNull(1) ?? "") is not { } indices) return $"the indices of {node.Label} are not known";
            var rank = known.Rank - 1 + indices.Length;
            walk.SetLayout(node.Output, known with { Rank = rank, Axis = axis < known.Axis ? known.Axis - 1 + indices.Length : known.Axis });
            return null;
        }

        if (walk.LongsOf(node.InputOrNull(1)) is not { } chosen || walk.ShapeOrNull(node.Inputs[1]) is not { Length: 1 })
            return $"{node.Label} does not take a fixed list of channels";
        ImmutableArray<int> channels = [.. chosen.Select(c => (int)(c < 0 ? c + known.Atoms.Length : c))];
        walk.Edits.Add(new NodeEdit.Choice(node.Output, known.Atoms, channels));
        walk.SetLayout(node.Output, known with { Atoms = [.. channels.Select(c => known.Atoms[c])] });
        return null;
    }
}
