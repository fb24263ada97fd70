using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>The operators that are understood, by name.</summary>
internal static class ChannelRules
{
    private static readonly string[] Elementwise =
    [
        "Abs", "Add", "Cast", "Ceil", "Celu", "Clip", "Div", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "Identity",
        "LeakyRelu", "Log", "Max", "Mean", "Min", "Mish", "Mul", "Neg", "PRelu", "Pow", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign",
        "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Tanh", "ThresholdedRelu",
    ];

    private static readonly string[] Pooling = ["AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool"];

    private static readonly string[] Reductions =
        ["ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"];

    private static readonly Dictionary<string, IChannelRule> Table = Build();

    private static readonly NumbersRule OfNumbers = new();

    /// <summary>The rule of a node, or null for one that is not understood.</summary>
    public static IChannelRule? For(Node node, ChannelPropagation walk) => For(node) switch
    {
        null => null,
        ReshapeRule reshape when !walk.IsNumbers(node.Inputs[0]) => reshape,
        var rule => node.Inputs.Any(walk.IsNumbers) ? OfNumbers : rule,
    };

    /// <summary>Whether each element of the result depends on the operands' elements in the same place only.</summary>
    public static bool IsElementwise(Node node) => For(node) is ElementwiseRule;

    private static IChannelRule? For(Node node) => node.Domain is "" or "ai.onnx" ? Table.GetValueOrDefault(node.OpType) : null;

    private static Dictionary<string, IChannelRule> Build()
    {
        var table = new Dictionary<string, IChannelRule>(StringComparer.Ordinal)
        {
            ["Conv"] = new ConvolutionRule(),
            ["Gemm"] = new GemmRule(),
            ["MatMul"] = new MatMulRule(),
            ["BatchNormalization"] = new NormalizationRule(),
            ["InstanceNormalization"] = new NormalizationRule(),
            ["Concat"] = new ConcatRule(),
            ["Flatten"] = new FlattenRule(),
            ["Reshape"] = new ReshapeRule(),
            ["Squeeze"] = new SqueezeRule(),
            ["Unsqueeze"] = new UnsqueezeRule(),
            ["Pad"] = new PadRule(),
            ["Slice"] = new SliceRule(),
            ["Split"] = new SplitRule(),
            ["Gather"] = new GatherRule(),
            ["Transpose"] = new TransposeRule(),
            ["Shape"] = new ShapeRule(),
        };
        foreach (var op in Elementwise) table[op] = new ElementwiseRule();
        foreach (var op in Pooling) table[op] = new PoolingRule();
        foreach (var op in Reductions) table[op] = new ReduceRule();
        return table;
    }
}
