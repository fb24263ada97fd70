using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Where a value is written: a buffer of its own, or a place in one that it shares with others.</summary>
/// <param name="Buffer">The graph value the buffer is named after.</param>
/// <param name="Extents">The whole buffer's.</param>
/// <param name="ChannelStep">From one channel of the value to the next in the buffer.</param>
internal sealed record Destination(
    string Buffer, ActivationExtents Extents, int FirstChannel = 0, int ChannelStep = 1, int FirstRow = 0, int FirstColumn = 0)
{
    /// <inheritdoc cref="BufferSpec.Block"/>
    public int Block { get; init; }

    /// <summary>The buffer's indices of a frame's element.</summary>
    public ImmutableArray<AffineIndex> At(Frame frame) =>
        [frame.Row.Plus(FirstRow), frame.Column.Plus(FirstColumn), frame.Channel.Times(ChannelStep).Plus(FirstChannel)];

    /// <summary>What is written here, as a value; its channels lie as <paramref name="frame"/> orders them.</summary>
    public View Shown(Frame frame) => Shown(frame.Extents) with { Order = frame.Order };

    /// <summary>A value of these extents that is written here, as it is then seen.</summary>
    public View Shown(ActivationExtents extents)
    {
        var whole = View.Whole(new Operand.Value(Buffer), Extents);
        return whole with
        {
            Block = Block,
            Rows = whole.Rows.Sliced(FirstRow, extents.Rows),
            Columns = whole.Columns.Sliced(FirstColumn, extents.Columns),
            Channels = whole.Channels.Sliced(FirstChannel, extents.Channels, ChannelStep),
        };
    }
}
