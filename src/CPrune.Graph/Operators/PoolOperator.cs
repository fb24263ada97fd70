using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>An operator that reduces a sliding window of each channel; padded pixels take no part in it.</summary>
internal abstract class PoolOperator(string opType) : IOperator
{
    public string OpType => opType;

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        if (call.Node.Outputs.Length > 1 && call.Node.Outputs[1].Length > 0)
            throw call.Error("is asked for indices, which are not supported here; export the model without unpooling");
        return [PoolAttributes.Of(call.Node, call.Shape(0)).OutputShape(call.Shape(0))];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var attributes = PoolAttributes.Of(call.Node, call.Shape(0));
        var (input, shape) = (call.Shape(0), Shapes(call)[0]);
        var x = call.Floats(0);
        var window = attributes.Window;
        var y = new float[Graph.Shapes.Count(shape)];
        var (plane, at) = (input[2] * input[3], 0);
        for (var channel = 0; channel < shape[0] * shape[1]; channel++)
        {
            for (var i = 0; i < shape[2]; i++)
            {
                for (var j = 0; j < shape[3]; j++)
                {
                    var rows = Taps.Of((i * window.StrideH) - window.PadTop, window.KernelH, window.DilationH, input[2], window.PadBottom);
                    var columns = Taps.Of((j * window.StrideW) - window.PadLeft, window.KernelW, window.DilationW, input[3], window.PadRight);
                    y[at++] = Reduce(x.Slice(channel * plane, plane), input[3], rows, columns, attributes);
                }
            }
        }

        return [Tensor.Of(y, shape)];
    }

    /// <summary>Reduces the pixels of <paramref name="channel"/> where <paramref name="rows"/> and <paramref name="columns"/> meet.</summary>
    protected abstract float Reduce(ReadOnlySpan<float> channel, int width, Taps rows, Taps columns, PoolAttributes attributes);

    /// <summary>Where a window lies on one axis: First, First + Step, ... up to Last, all inside the image.</summary>
    /// <param name="PaddedCount">The taps inside the padded image.</param>
    protected readonly record struct Taps(int First, int Last, int Step, int PaddedCount)
    {
        public int Count => First > Last ? 0 : ((Last - First) / Step) + 1;

        public static Taps Of(int start, int kernel, int dilation, int extent, int padAfter)
        {
            var first = start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);
            var end = start + ((kernel - 1) * dilation);
            var padded = end < extent + padAfter ? kernel : (extent + padAfter - 1 - start) / dilation + 1;
            return new Taps(first, Math.Min(end, extent - 1), dilation, padded);
        }
    }
}
