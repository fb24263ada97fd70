using CPrune.Compiler.Expressions;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>A convolution node, resolved.</summary>
internal sealed record Convolution(
    Node Node, ConvAttributes Attributes, Tensor Weight, Tensor? Bias, ActivationExtents Input, ActivationExtents Output)
{
    public static Convolution Of(Node node, LiveGraph graph)
    {
        var weight = graph.Constant(node, 1);
        return new Convolution(
            node, ConvAttributes.Of(node, graph.ShapeOf(node.Inputs[0]), weight.Shape), weight, graph.ConstantOrNull(node.InputOrNull(2)),
            graph.ExtentsOf(node.Inputs[0], node), graph.ExtentsOf(node.Output, node));
    }

    public string Name => NodeNames.Of(Node);

    public SlidingWindow Window => Attributes.Window;

    public Padding Padding => Window.PaddingOf(Input, Output);

    public long Macs => (long)Output.Count * Attributes.ChannelsPerGroup * Window.KernelH * Window.KernelW;

    /// <summary>The reduction and, where there is one, the bias.</summary>
    public Expr Epilogue(Frame frame, OperandTable operands) => Bias is null
        ? new Expr.Accumulator()
        : ElementwiseOperators.Add(new Expr.Accumulator(), ConstantReads.PerChannel(Bias.Floats.ToArray(), frame, operands));

    public string Description =>
        $"conv {Window.Text()} {Input.Channels}→{Output.Channels} {Place}{(Attributes.Groups > 1 ? $" g{Attributes.Groups}" : "")}";

    public string Place => $"@{Output.Rows}x{Output.Columns}";
}
