using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>
/// Softmax over the channels in three subgraphs: the largest score, the sum of exponentials below it, the shares. For their logarithms the sum's is taken.
/// </summary>
internal static class SoftmaxComputations
{
    public static IEnumerable<Draft> Of(Node node, LiveGraph graph, Values values)
    {
        var extents = graph.ExtentsOf(node.Output, node);
        if (!IsOverChannels(node, graph)) throw Unsupported.Node(node, "it does not work along the channels (axis 1) alone");
        var isLog = node.OpType == "LogSoftmax";
        var single = Frame.OfImage(extents with { Channels = 1 }, Frame.Lanes(1));
        var reduced = new Axis("ic", extents.Channels, AxisKind.Reduction);
        var (largest, sum) = (ValueOf("max"), ValueOf("sum"));
        var place = $"{extents.Channels} @{extents.Rows}x{extents.Columns}";

        var operands = new OperandTable();
        yield return Stage("max", $"softmax max {place}", single, reduced, Reducer.Max, operands, Score(operands, AffineIndex.Of("ic"), single));

        operands = new OperandTable();
        yield return Stage("sum", $"softmax sum {place}", single, reduced, Reducer.Sum, operands, Exponential(operands, AffineIndex.Of("ic"), single)) with
        {
            Epilogue = isLog ? ElementwiseOperators.Log(new Expr.Accumulator()) : new Expr.Accumulator(),
        };

        operands = new OperandTable();
        var frame = Frame.OfImage(extents, Frame.Lanes(extents.Channels));
        yield return Stage("", $"softmax {place}", frame, null, Reducer.None, operands, isLog
            ? ElementwiseOperators.Subtract(Below(operands, frame.Channel, frame), PerPlace(operands, sum, frame))
            : ElementwiseOperators.Divide(Exponential(operands, frame.Channel, frame), PerPlace(operands, sum, frame)));

        string ValueOf(string stage) => stage.Length == 0 ? node.Output : $"{node.Output}/{stage}";

        Draft Stage(string stage, string description, Frame over, Axis? reduction, Reducer reducer, OperandTable table, Expr term) => new()
        {
            Anchor = node,
            Stage = stage,
            IsMain = stage.Length == 0,
            Description = description,
            Value = ValueOf(stage),
            Axes = [over.ChannelAxes[0], Frame.Rows(extents.Rows), Frame.Columns(extents.Columns), .. reduction is null ? Array.Empty<Axis>() : [reduction]],
            Frame = over,
            Operands = table,
            Reducer = reducer,
            Term = term,
        };

        Expr Score(OperandTable table, AffineIndex channel, Frame over) =>
            table.Read(values.Padded(node.Inputs[0], node, default, 0f), over.Row, over.Column, channel);

        Expr Exponential(OperandTable table, AffineIndex channel, Frame over) =>
            ElementwiseOperators.Exp(Below(table, channel, over));

        Expr Below(OperandTable table, AffineIndex channel, Frame over) =>
            ElementwiseOperators.Subtract(Score(table, channel, over), PerPlace(table, largest, over));

        Expr PerPlace(OperandTable table, string value, Frame over) =>
            table.Read(values.Lanes(value, node), over.Row, over.Column, AffineIndex.Constant(0));
    }

    /// <summary>Before operator set 13 the axis and all behind it were one.</summary>
    private static bool IsOverChannels(Node node, LiveGraph graph)
    {
        var call = graph.CallOf(node);
        var together = call.Opset < 13;
        var axis = call.Axis(node.Int("axis", together ? 1 : -1), call.Shape(0).Length);
        return axis == 1 && (!together || Shapes.Count([.. call.Shape(0).Skip(2)]) == 1);
    }
}
