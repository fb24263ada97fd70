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

    /// <summary>
    /// The narrowest stair that is at least so wide: code for a width between two stairs runs the turns of the wider one, the last of them masked.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More channels than there are.</exception>
    public int LevelOf(int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Channels);
        var level = Stairs.Length - 1;
        while (Stairs[level].Width < width) level--;
        return level;
    }
}
