namespace CPrune.Graph.Operators;

/// <summary>The largest pixel of each window.</summary>
internal abstract class MaxPoolOperator(string opType) : PoolOperator(opType)
{
    protected override float Reduce(ReadOnlySpan<float> channel, int width, Taps rows, Taps columns, PoolAttributes attributes)
    {
        var largest = float.MinValue;
        for (var r = rows.First; r <= rows.Last; r += rows.Step)
            for (var c = columns.First; c <= columns.Last; c += columns.Step)
                largest = MathF.Max(largest, channel[(r * width) + c]);
        return largest;
    }
}
