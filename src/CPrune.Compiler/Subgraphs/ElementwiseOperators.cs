using CPrune.Compiler.Expressions;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Operators that make each element from the elements at the same place: as expressions, so they fuse behind any anchor.</summary>
internal static class ElementwiseOperators
{
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Celu", "Selu", "Softplus", "Softsign", "Mish",
        "Gelu", "Erf", "Exp", "Log", "Neg", "Abs", "Reciprocal", "Sqrt", "Add", "Sub", "Mul", "Div", "Pow", "Sum", "Max", "Min", "BatchNormalization",
    };

    public static bool Knows(Node node) => s_known.Contains(node.OpType);

    /// <summary>The node's output element.</summary>
    /// <param name="input">An element of the node's input of this index.</param>
    /// <param name="perChannel">An element of a vector with one value a channel.</param>
    public static Expr Of(Node node, LiveGraph graph, Func<int, Expr> input, Func<float[], Expr> perChannel) => node.OpType switch
    {
        "Relu" => Max(input(0), Of(0f)),
        "Clip" => Clip(input(0), ClipBounds.Of(graph.CallOf(node))),
        "LeakyRelu" => Leaky(input(0), Of(node.Float("alpha", 0.01f))),
        "PRelu" => Leaky(input(0), input(1)),
        "Sigmoid" => Sigmoid(input(0)),
        "HardSigmoid" => HardSigmoid(input(0), node.Float("alpha", 0.2f), node.Float("beta", 0.5f)),
        "HardSwish" => Multiply(input(0), HardSigmoid(input(0), 1f / 6f, 0.5f)),
        "Tanh" => SmoothActivations.Tanh(input(0)),
        "Elu" => SmoothActivations.Elu(input(0), node.Float("alpha", 1)),
        "Celu" => SmoothActivations.Celu(input(0), node.Float("alpha", 1)),
        "Selu" => Multiply(Of(SeluAttributes.Gamma(node)), SmoothActivations.Elu(input(0), SeluAttributes.Alpha(node))),
        "Softplus" => SmoothActivations.Softplus(input(0)),
        "Softsign" => Divide(input(0), Add(Of(1f), Abs(input(0)))),
        "Mish" => SmoothActivations.Mish(input(0)),
        "Gelu" => SmoothActivations.Gelu(input(0), GeluAttributes.IsByTanh(node)),
        "Erf" => SmoothActivations.Erf(input(0)),
        "Exp" => Exp(input(0)),
        "Log" => Log(input(0)),
        "Neg" => Negate(input(0)),
        "Abs" => Abs(input(0)),
        "Reciprocal" => Divide(Of(1f), input(0)),
        "Sqrt" => new Expr.Unary(UnaryOp.Sqrt, input(0)),
        "Add" or "Sum" => Chain(node, input, Add),
        "Sub" => Subtract(input(0), input(1)),
        "Mul" => Chain(node, input, Multiply),
        "Div" => Divide(input(0), input(1)),
        "Pow" => Power(node, graph, input(0)),
        "Max" => Chain(node, input, Max),
        "Min" => Chain(node, input, Min),
        "BatchNormalization" => Normalised(node, graph, input(0), perChannel),
        _ => throw Unsupported.Node(node, "it is no elementwise operator"),
    };

    public static Expr Of(float value) => new Expr.Constant(value);

    public static Expr Add(Expr a, Expr b) => new Expr.Binary(BinaryOp.Add, a, b);

    public static Expr Subtract(Expr a, Expr b) => new Expr.Binary(BinaryOp.Subtract, a, b);

    public static Expr Multiply(Expr a, Expr b) => new Expr.Binary(BinaryOp.Multiply, a, b);

    public static Expr Divide(Expr a, Expr b) => new Expr.Binary(BinaryOp.Divide, a, b);

    public static Expr Exp(Expr a) => new Expr.Unary(UnaryOp.Exp, a);

    public static Expr Log(Expr a) => new Expr.Unary(UnaryOp.Log, a);

    public static Expr Negate(Expr a) => new Expr.Unary(UnaryOp.Negate, a);

    public static Expr Abs(Expr a) => new Expr.Unary(UnaryOp.Abs, a);

    public static Expr Max(Expr a, Expr b) => new Expr.Binary(BinaryOp.Max, a, b);

    public static Expr Min(Expr a, Expr b) => new Expr.Binary(BinaryOp.Min, a, b);

    public static Expr Sigmoid(Expr x) => Divide(Of(1f), Add(Of(1f), Exp(Negate(x))));

    private static Expr HardSigmoid(Expr x, float alpha, float beta) => Max(Of(0f), Min(Of(1f), Add(Multiply(Of(alpha), x), Of(beta))));

    private static Expr Leaky(Expr x, Expr slope) => Add(Max(x, Of(0f)), Multiply(slope, Min(x, Of(0f))));

    /// <summary>Powers that networks are written with; of others the sign of x would have to be asked for.</summary>
    private static Expr Power(Node node, LiveGraph graph, Expr x) => graph.ConstantOrNull(node.InputOrNull(1)) is not { Count: 1, Type: ElementType.Float32 } exponent
        ? throw Unsupported.Node(node, "its exponent is not one constant number")
        : exponent.Floats[0] switch
        {
            1 => x,
            2 => Multiply(x, x),
            3 => Multiply(Multiply(x, x), x),
            4 => Multiply(Multiply(x, x), Multiply(x, x)),
            0.5f => new Expr.Unary(UnaryOp.Sqrt, x),
            -0.5f => Divide(Of(1f), new Expr.Unary(UnaryOp.Sqrt, x)),
            -1 => Divide(Of(1f), x),
            -2 => Divide(Of(1f), Multiply(x, x)),
            var other => throw Unsupported.Node(node, FormattableString.Invariant($"its exponent is {other}, and those known are 1, 2, 3, 4, 0.5, -0.5, -1 and -2")),
        };

    private static Expr Chain(Node node, Func<int, Expr> input, Func<Expr, Expr, Expr> operation) =>
        Enumerable.Range(0, node.Inputs.Length).Select(input).Aggregate(operation);

    private static Expr Clip(Expr x, ClipBounds bounds)
    {
        if (bounds.Low > float.MinValue) x = Max(x, Of(bounds.Low));
        if (bounds.High < float.MaxValue) x = Min(x, Of(bounds.High));
        return x;
    }

    /// <summary>A batch norm that no convolution took in: a factor and an offset a channel.</summary>
    private static Expr Normalised(Node node, LiveGraph graph, Expr x, Func<float[], Expr> perChannel)
    {
        var scale = graph.Constant(node, 1).Floats;
        var bias = graph.Constant(node, 2).Floats;
        var mean = graph.Constant(node, 3).Floats;
        var variance = graph.Constant(node, 4).Floats;
        var epsilon = BatchNormAttributes.Epsilon(node);
        var factors = new float[scale.Length];
        var offsets = new float[scale.Length];
        for (var c = 0; c < scale.Length; c++)
        {
            var factor = scale[c] / Math.Sqrt(variance[c] + (double)epsilon);
            factors[c] = (float)factor;
            offsets[c] = (float)(bias[c] - mean[c] * factor);
        }

        return Add(Multiply(x, perChannel(factors)), perChannel(offsets));
    }
}
