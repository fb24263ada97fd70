namespace CPrune.Graph.Operators;

/// <summary>The mean of each window, over its pixels inside the image or, with count_include_pad, inside the padded image.</summary>
internal abstract class AveragePoolOperator(string opType) : PoolOperator(opType)
{
    protected override float Reduce(ReadOnlySpan<float> channel, int width, Taps rows, Taps columns, PoolAttributes attributes)
    {
        var sum = 0.0;
        for (var r = rows.First; r <= rows.Last; r += rows.Step)
            for (var c = columns.First; c <= columns.Last; c += columns.Step)
                sum += channel[(r * width) + c];
        var count = attributes.CountIncludePad ? rows.PaddedCount * columns.PaddedCount : rows.Count * columns.Count;
        return count == 0 ? 0 : (float)(sum / count);
    }
}
