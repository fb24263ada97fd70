using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>What one kind of operator does to channels.</summary>
internal interface IChannelRule
{
    /// <summary>
    /// Carries channels from a node's inputs to its outputs. Returns null when that worked, otherwise the reason why everything that meets
    /// at this node must be left alone; nothing needs to be undone in that case, because a tie too many is only careful.
    /// </summary>
    string? Apply(Node node, ChannelPropagation walk);
}
