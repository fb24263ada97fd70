using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Pooling works on each channel by itself.</summary>
internal sealed class PoolingRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.LayoutOf(node.InputOrNull(0)) is not ChannelLayout.Known known) return walk.WhyUnknown(node);
        if (known.Axis != 1) return $"{node.Label} does not find channels on axis 1";
        if (node.Outputs.Skip(1).Any(o => o.Length > 0)) return $"{node.Label} also gives indices, which count channels";
        walk.SetLayout(node.Output, known);
        return null;
    }
}
