using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

public enum BufferRole
{
    /// <summary>Read, in the layout its producer wrote: rows, columns, channels (channels contiguous, or blocks of them).</summary>
    Activation,

    /// <summary>A constant whose layout the schedule chooses; packed when the model is compiled.</summary>
    Weight,

    /// <summary>Written once per element.</summary>
    Output,
}

/// <summary>A named multi-dimensional array of float32. Extents of a weight are logical (filters, channels, rows, columns).</summary>
public sealed record BufferSpec(string Name, BufferRole Role, ImmutableArray<int> Extents)
{
    /// <summary>
    /// Channels that lie together, where not all of a pixel's do: memory holds one image of so many channels after the other
    /// (<c>[channel / Block][row][column][channel % Block]</c>). It divides the last extent; 0 for rows, columns, channels.
    /// </summary>
    public int Block { get; init; }

    public override string ToString() => $"{Name}[{string.Join(',', Extents)}]{(Block == 0 ? "" : $"/{Block}")}";
}
