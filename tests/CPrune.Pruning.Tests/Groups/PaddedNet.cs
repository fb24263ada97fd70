using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>A stage whose shortcut is padded with zeros: a wider layer is added to a narrower one, and a third reads the sum.</summary>
internal static class PaddedNet
{
    public const string Narrow = "narrow", Wide = "wide", Reader = "reader";

    /// <param name="before">Channels of zeros before the narrow ones; the others stand behind them.</param>
    public static ModelGraph Make(int narrow, int wide, int before)
    {
        const int Size = 4;
        var b = new GraphBuilder("padded", 1);
        var x = b.Conv(b.Input(3, Size, Size), narrow, Window.Same(3), name: Narrow);
        var pads = b.Constant("pads", Tensor.Of([0L, before, 0, 0, 0, wide - narrow - before, 0, 0], 8));
        var sum = b.Add(b.Conv(x, wide, Window.Same(3), name: Wide), b.Node("Pad", [x, pads], [1, wide, Size, Size]));
        return b.Build(b.Conv(sum, 2, Window.Same(1), name: Reader));
    }
}
