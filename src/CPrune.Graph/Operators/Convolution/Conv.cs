using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Convolution;

/// <summary>2-D convolution, grouped and dilated. Sums are kept in double precision: this is what others are compared with.</summary>
internal sealed class Conv : IOperator
{
    public string OpType => "Conv";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [Attributes(call).OutputShape(call.Shape(0))];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var attributes = Attributes(call);
        var (input, shape) = (call.Shape(0), attributes.OutputShape(call.Shape(0)));
        var x = call.Floats(0);
        var w = call.Floats(1);
        var bias = call.Has(2) ? call.Floats(2) : [];
        var (inputPlane, plane) = (input[2] * input[3], shape[2] * shape[3]);
        var taps = attributes.Window.KernelH * attributes.Window.KernelW;
        var y = new float[Graph.Shapes.Count(shape)];
        var sums = new double[plane];
        for (var image = 0; image < shape[0]; image++)
        {
            for (var filter = 0; filter < attributes.Filters; filter++)
            {
                Array.Fill(sums, bias.IsEmpty ? 0 : bias[filter]);
                var firstChannel = filter / attributes.FiltersPerGroup * attributes.ChannelsPerGroup;
                for (var c = 0; c < attributes.ChannelsPerGroup; c++)
                {
                    AddChannel(
                        x.Slice(((image * input[1]) + firstChannel + c) * inputPlane, inputPlane), input[2], input[3],
                        w.Slice(((filter * attributes.ChannelsPerGroup) + c) * taps, taps), attributes.Window,
                        sums, shape[3]);
                }

                var target = y.AsSpan(((image * attributes.Filters) + filter) * plane, plane);
                for (var i = 0; i < plane; i++) target[i] = (float)sums[i];
            }
        }

        return [Tensor.Of(y, shape)];
    }

    private static ConvAttributes Attributes(OperatorCall call)
    {
        var attributes = ConvAttributes.Of(call.Node, call.Shape(0), call.Shape(1));
        if (call.Has(2) && Graph.Shapes.Count(call.Shape(2)) != attributes.Filters)
            throw call.Error($"has a bias of {Graph.Shapes.Text(call.Shape(2))} for {attributes.Filters} filters; export the model again");
        return attributes;
    }

    /// <summary>Adds one input channel, correlated with its kernel, to the sums of one output channel.</summary>
    private static void AddChannel(
        ReadOnlySpan<float> channel, int height, int width, ReadOnlySpan<float> kernel, SlidingWindow window, Span<double> sums, int outputWidth)
    {
        var outputHeight = sums.Length / outputWidth;
        for (var r = 0; r < window.KernelH; r++)
        {
            for (var s = 0; s < window.KernelW; s++)
            {
                double weight = kernel[(r * window.KernelW) + s];
                var shift = (s * window.DilationW) - window.PadLeft;
                var (first, last) = Inside(shift, window.StrideW, width, outputWidth);
                if (first > last) continue;
                for (var i = 0; i < outputHeight; i++)
                {
                    var row = (i * window.StrideH) + (r * window.DilationH) - window.PadTop;
                    if (row < 0 || row >= height) continue;
                    AddRow(
                        sums.Slice((i * outputWidth) + first, last - first + 1), weight,
                        channel.Slice(row * width, width)[((first * window.StrideW) + shift)..], window.StrideW);
                }
            }
        }
    }

    private static void AddRow(Span<double> sums, double weight, ReadOnlySpan<float> x, int stride)
    {
        if (stride == 1)
        {
            x = x[..sums.Length];
            for (var j = 0; j < sums.Length; j++) sums[j] += weight * x[j];
        }
        else
        {
            for (var j = 0; j < sums.Length; j++) sums[j] += weight * x[j * stride];
        }
    }

    /// <summary>The output columns j for which 0 ≤ j · stride + shift &lt; width.</summary>
    private static (int First, int Last) Inside(int shift, int stride, int width, int outputWidth)
    {
        var first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        var last = width - 1 - shift < 0 ? -1 : Math.Min((width - 1 - shift) / stride, outputWidth - 1);
        return (first, last);
    }
}
