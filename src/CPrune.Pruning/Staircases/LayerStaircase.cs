using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>A point of a staircase.</summary>
/// <param name="Inputs">Input channels; 0 where a layer has one width only.</param>
/// <param name="Outputs">Filters.</param>
/// <param name="Seconds">Of one call of the layer's kernels together.</param>
public sealed record StairPoint(int Inputs, int Outputs, double Seconds);

/// <summary>A rectangle of widths with what was measured at its corners: the first letter is the input channels' end, the second the filters'.</summary>
public sealed record StairCell(StairPoint LowLow, StairPoint LowHigh, StairPoint HighLow, StairPoint HighHigh)
{
    public bool Contains(int inputs, int outputs) =>
        inputs >= LowLow.Inputs && inputs <= HighHigh.Inputs && outputs >= LowLow.Outputs && outputs <= HighHigh.Outputs;

    /// <summary>
    /// What the structure predicts: a stair costs one turn of a loop over filters or channels, and every turn of one of them costs the same number of turns of the
    /// other. So time is linear along each axis, and between corners that ascend it ascends.
    /// </summary>
    public double Predict(int inputs, int outputs)
    {
        var (x, y) = (Share(inputs, LowLow.Inputs, HighHigh.Inputs), Share(outputs, LowLow.Outputs, HighHigh.Outputs));
        var low = LowLow.Seconds + y * (LowHigh.Seconds - LowLow.Seconds);
        var high = HighLow.Seconds + y * (HighHigh.Seconds - HighLow.Seconds);
        return low + x * (high - low);
    }

    private static double Share(int at, int low, int high) => high == low ? 0 : (at - low) / (double)(high - low);
}

/// <summary>A layer's latency as a function of its input channels and its filters: measured at some widths, predicted between them.</summary>
public sealed class LayerStaircase
{
    private readonly Dictionary<(int, int), double> _measured;
    private readonly double _scale;

    /// <param name="measured">All that was measured, the corners of all cells among it.</param>
    /// <param name="cells">Rectangles that cover the widths between the narrowest and the widest.</param>
    public LayerStaircase(ImmutableArray<StairPoint> measured, ImmutableArray<StairCell> cells) : this(measured, cells, 1)
    {
    }

    private LayerStaircase(ImmutableArray<StairPoint> measured, ImmutableArray<StairCell> cells, double scale)
    {
        (Measured, Cells, _scale) = (measured, cells, scale);
        _measured = measured.ToDictionary(p => (p.Inputs, p.Outputs), p => p.Seconds);
    }

    /// <summary>As measured, whatever the scale.</summary>
    public ImmutableArray<StairPoint> Measured { get; }

    public ImmutableArray<StairCell> Cells { get; }

    /// <summary>The same stairs for programs that take so much at one place.</summary>
    public LayerStaircase Through(int inputs, int outputs, double seconds) => new(Measured, Cells, _scale * seconds / Seconds(inputs, outputs));

    /// <summary>Seconds at some widths; at a width beyond the ends those of the end.</summary>
    public double Seconds(int inputs, int outputs)
    {
        if (_measured.TryGetValue((inputs, outputs), out var exact)) return _scale * exact;
        var (x, y) = (Within(inputs, p => p.Inputs), Within(outputs, p => p.Outputs));
        return _scale * Cells.First(c => c.Contains(x, y)).Predict(x, y);
    }

    private int Within(int width, Func<StairPoint, int> axis) => Math.Clamp(width, Measured.Min(axis), Measured.Max(axis));
}
