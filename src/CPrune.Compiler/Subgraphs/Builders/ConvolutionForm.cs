using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>Tells dense, grouped and depthwise convolutions apart.</summary>
internal static class ConvolutionForm
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var weight = graph.Constant(node, 1);
        var input = graph.ExtentsOf(node.Inputs[0], node);
        var output = graph.ExtentsOf(node.Output, node);
        if (weight.Shape is not [var filters, var perGroup, var height, var width])
            throw Unsupported.Node(node, $"its weight has the shape {Shapes.Text(weight.Shape)}, and only two-dimensional windows are known");
        var groups = checked((int)node.Int("group", 1));
        var form = new Convolution(
            node, weight, graph.ConstantOrNull(node.InputOrNull(2)), Window.Of(node, [height, width], input, output), groups, filters / groups, perGroup, output);
        return groups > 1 && perGroup == 1 && filters == groups
            ? DepthwiseComputation.Of(form, values)
            : ConvolutionComputation.Of(form, values);
    }
}

/// <param name="Filters">Of one group.</param>
/// <param name="Channels">Of one group.</param>
internal sealed record Convolution(
    Node Node, Tensor Weight, Tensor? Bias, Window Window, int Groups, int Filters, int Channels, ActivationExtents Output)
{
    public long Macs => (long)Output.Count * Channels * Window.Height * Window.Width;

    /// <summary>The reduction and, where there is one, the bias.</summary>
    public Expr Epilogue(Frame frame, OperandTable operands) => Bias is null
        ? new Expr.Accumulator()
        : ElementwiseOperators.Add(new Expr.Accumulator(), ConstantReads.PerChannel(Bias.Floats.ToArray(), frame, operands));

    public string Place => $"@{Output.Rows}x{Output.Columns}";
}
