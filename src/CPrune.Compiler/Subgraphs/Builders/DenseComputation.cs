using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>
/// <c>y[oc] = Σ ic: x[ic] · w[oc,ic]</c>. Behind a flattening the image is read as it lies in memory, and the weight's columns are put in that order.
/// </summary>
internal static class DenseComputation
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var features = graph.ExtentsOf(node.Output, node).Channels;
        if (graph.ShapeOf(node.Output).Length != 2) throw Unsupported.Node(node, $"its result is {Shapes.Text(graph.ShapeOf(node.Output))}, and only [1,C] is known");
        if (node.Int("transA", 0) != 0) throw Unsupported.Node(node, "transA is set");
        var filter = new Axis("oc", features, AxisKind.Spatial);
        var frame = Frame.OfVector(filter);
        var operands = new OperandTable();

        var source = node.Inputs[0];
        if (graph.ProducerOf(source) is { } flattening && ViewOperators.IsFlattening(flattening, graph)) source = flattening.Inputs[0];
        var view = values.Whole(source, node);
        var weight = Logical(node, graph.Constant(node, 1), features);
        if (!view.ChannelsFirst && !view.Extents.IsVector) weight = ColumnsChannelsLast(weight, view.Extents);
        var inputs = weight.Shape[1];

        return new Draft
        {
            Anchor = node,
            Description = $"dense {inputs}→{features}",
            Value = node.Output,
            Axes = [filter, new Axis("ic", inputs, AxisKind.Reduction)],
            Frame = frame,
            Operands = operands,
            Reducer = Reducer.Sum,
            Term = ElementwiseOperators.Multiply(
                operands.ReadFlat(view, AffineIndex.Of("ic")), operands.Read(weight, [AffineIndex.Of("oc"), AffineIndex.Of("ic")])),
            Epilogue = Biased(node, graph, frame, operands),
            Macs = (long)features * inputs,
        };
    }

    private static Expr Biased(Node node, LiveGraph graph, Frame frame, OperandTable operands)
    {
        var sum = new Expr.Accumulator();
        if (node.OpType != "Gemm" || node.InputOrNull(2) is null) return sum;
        var beta = node.Float("beta", 1f);
        var bias = graph.Constant(node, 2);
        var scaled = beta.Equals(1f) ? bias : Tensor.Of(Array.ConvertAll(bias.Floats.ToArray(), v => v * beta), bias.Shape);
        return ConstantReads.Of(scaled, 2, frame, operands) is { } read
            ? ElementwiseOperators.Add(sum, read)
            : throw Unsupported.Node(node, $"its bias has the shape {Shapes.Text(bias.Shape)}");
    }

    /// <summary>The weight as <c>[oc,ic]</c>, with Gemm's factor in it.</summary>
    private static Tensor Logical(Node node, Tensor weight, int features)
    {
        if (weight.Shape.Length != 2) throw Unsupported.Node(node, $"its weight has the shape {Shapes.Text(weight.Shape)}, and two dimensions are needed");
        var alpha = node.OpType == "Gemm" ? node.Float("alpha", 1f) : 1f;
        var transposed = node.OpType == "Gemm" && node.Int("transB", 0) != 0;
        if (transposed && alpha.Equals(1f)) return weight;
        var inputs = weight.Count / features;
        var given = weight.Floats;
        var logical = new float[weight.Count];
        for (var o = 0; o < features; o++)
            for (var i = 0; i < inputs; i++)
                logical[o * inputs + i] = alpha * (transposed ? given[o * inputs + i] : given[i * features + o]);
        return Tensor.Of(logical, features, inputs);
    }

    private static Tensor ColumnsChannelsLast(Tensor weight, ActivationExtents image)
    {
        var given = weight.Floats;
        var moved = new float[weight.Count];
        var positions = image.Rows * image.Columns;
        for (var o = 0; o < weight.Shape[0]; o++)
            for (var c = 0; c < image.Channels; c++)
                for (var p = 0; p < positions; p++)
                    moved[o * image.Count + p * image.Channels + c] = given[o * image.Count + c * positions + p];
        return Tensor.Of(moved, weight.Shape);
    }
}
