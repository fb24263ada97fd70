using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary><c>y[oh,ow,c] = x[oh,ow,c]</c>, for what no reader can see in place.</summary>
internal static class CopyComputation
{
    /// <param name="reader">The node that needs it; the subgraph goes by its name.</param>
    public static Draft Of(Node reader, string value, View view, Destination destination)
    {
        var extents = view.Extents;
        var channel = Frame.Lanes(extents.Channels);
        var frame = Frame.OfImage(extents, channel);
        var operands = new OperandTable();
        return new Draft
        {
            Anchor = reader,
            Stage = $"copy to {destination.Buffer}[{destination.FirstRow},{destination.FirstColumn},{destination.FirstChannel}]",
            IsMain = false,
            IsCopy = true,
            Description = $"copy {extents.Channels} @{extents.Rows}x{extents.Columns}",
            Value = value,
            Axes = [channel, Frame.Rows(extents.Rows), Frame.Columns(extents.Columns)],
            Frame = frame,
            Operands = operands,
            Term = operands.Read(view, frame),
        };
    }
}
