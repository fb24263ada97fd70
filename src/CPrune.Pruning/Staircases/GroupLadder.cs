using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>A width that a coupled group may be cut to.</summary>
/// <param name="Width">Channels that stay.</param>
/// <param name="Removed">Positions that go: of all sets of this size the least salient.</param>
public sealed record Stair(int Width, ImmutableArray<int> Removed);

/// <summary>The widths at which the programs that touch a coupled group keep their structure; a level is a place in this list.</summary>
/// <param name="Group"><see cref="Groups.ChannelGroup.Id"/> in the accepted model's channel analysis.</param>
/// <param name="Stairs">Widest first; the first is the group as it is.</param>
public sealed record GroupLadder(int Group, ImmutableArray<Stair> Stairs)
{
    /// <summary>Channels as they are.</summary>
    public int Channels => Stairs[0].Width;
}
