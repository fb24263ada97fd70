using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Normalization;

/// <summary>Inference form: scale · (x - mean) / sqrt(variance + epsilon) + bias, per channel (axis 1).</summary>
internal sealed class BatchNormalization : IOperator
{
    public string OpType => "BatchNormalization";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var shape = call.Shape(0);
        if (call.Node.Int("training_mode", 0) != 0 || call.Node.Outputs.Skip(1).Any(o => o.Length > 0))
            throw call.Error("is in training mode; export the model for inference");
        if (shape.Length < 2 || Enumerable.Range(1, 4).Any(i => Graph.Shapes.Count(call.Shape(i)) != shape[1]))
            throw call.Error($"has statistics that do not fit its input {Graph.Shapes.Text(shape)}; export the model again");
        return [shape];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = Shapes(call)[0];
        var x = call.Floats(0);
        var scale = call.Floats(1);
        var bias = call.Floats(2);
        var mean = call.Floats(3);
        var variance = call.Floats(4);
        double epsilon = BatchNormAttributes.Epsilon(call.Node);
        var y = new float[x.Length];
        var plane = shape[0] * shape[1] == 0 ? 0 : x.Length / (shape[0] * shape[1]);
        for (var i = 0; i < shape[0] * shape[1]; i++)
        {
            var c = i % shape[1];
            var factor = scale[c] / Math.Sqrt(variance[c] + epsilon);
            for (var p = i * plane; p < (i + 1) * plane; p++) y[p] = (float)(((x[p] - (double)mean[c]) * factor) + bias[c]);
        }

        return [Tensor.Of(y, shape)];
    }
}
