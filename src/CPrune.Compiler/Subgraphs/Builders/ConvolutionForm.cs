using CPrune.Compiler.Expressions;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>Tells dense, grouped and depthwise convolutions apart.</summary>
internal static class ConvolutionForm
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var weight = graph.Constant(node, 1);
        var input = graph.ExtentsOf(node.Inputs[0], node);
        var form = new Convolution(
            node, ConvAttributes.Of(node, graph.ShapeOf(node.Inputs[0]), weight.Shape), weight, graph.ConstantOrNull(node.InputOrNull(2)), input,
            graph.ExtentsOf(node.Output, node));
        return form.Attributes is { IsDepthwise: true, FiltersPerGroup: 1 } ? DepthwiseComputation.Of(form, values) : ConvolutionComputation.Of(form, values);
    }
}

/// <summary>A convolution node, resolved.</summary>
internal sealed record Convolution(
    Node Node, ConvAttributes Attributes, Tensor Weight, Tensor? Bias, ActivationExtents Input, ActivationExtents Output)
{
    public SlidingWindow Window => Attributes.Window;

    public Padding Padding => Window.PaddingOf(Input, Output);

    public long Macs => (long)Output.Count * Attributes.ChannelsPerGroup * Window.KernelH * Window.KernelW;

    /// <summary>The reduction and, where there is one, the bias.</summary>
    public Expr Epilogue(Frame frame, OperandTable operands) => Bias is null
        ? new Expr.Accumulator()
        : ElementwiseOperators.Add(new Expr.Accumulator(), ConstantReads.PerChannel(Bias.Floats.ToArray(), frame, operands));

    public string Place => $"@{Output.Rows}x{Output.Columns}";
}
