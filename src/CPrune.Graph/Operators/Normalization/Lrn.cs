using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Normalization;

/// <summary>
/// Local response normalisation over channels (AlexNet): x / (bias + alpha / size · s)^beta, where s sums the squares of the
/// channels c - floor((size-1)/2) .. c + ceil((size-1)/2).
/// </summary>
internal sealed class Lrn : IOperator
{
    public string OpType => "LRN";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [call.Shape(0, rank: 4)];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = call.Shape(0, rank: 4);
        var size = (int)call.Node.Int("size", 1);
        double alpha = call.Node.Float("alpha", 1e-4f), beta = call.Node.Float("beta", 0.75f), bias = call.Node.Float("bias", 1);
        var x = call.Floats(0);
        var y = new float[x.Length];
        var (channels, plane) = (shape[1], shape[2] * shape[3]);
        for (var i = 0; i < x.Length; i++)
        {
            var channel = i / plane % channels;
            var squares = 0.0;
            for (var c = Math.Max(channel - ((size - 1) / 2), 0); c <= Math.Min(channel + (size / 2), channels - 1); c++)
            {
                double neighbour = x[i + ((c - channel) * plane)];
                squares += neighbour * neighbour;
            }

            y[i] = (float)(x[i] / Math.Pow(bias + (alpha / size * squares), beta));
        }

        return [Tensor.Of(y, shape)];
    }
}
