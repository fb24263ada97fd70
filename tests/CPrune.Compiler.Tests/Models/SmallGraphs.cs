using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Models;

/// <summary>One small graph for each thing the compiler knows, by name.</summary>
internal static class SmallGraphs
{
    public static readonly IReadOnlyDictionary<string, Func<ModelGraph>> All = new Dictionary<string, Func<ModelGraph>>
    {
        ["convolution"] = () => Of(5, (b, x) => b.Conv(x, 12, Window.Same(3), bias: true)),
        ["strided convolution"] = () => Of(5, (b, x) => b.Conv(x, 12, Window.Same(3, stride: 2))),
        ["dilated convolution"] = () => Of(5, (b, x) => b.Conv(x, 12, Window.Same(3, dilation: 2))),
        ["uneven padding"] = () => Of(3, (b, x) => b.Conv(x, 8, new Window(3, 3, 2, 1, (0, 0, 1, 1)))),
        ["oblong window"] = () => Of(3, (b, x) => b.Conv(x, 8, new Window(1, 5, 1, 1, (0, 2, 0, 2)))),
        ["pointwise padded"] = () => Of(8, (b, x) => b.Relu(b.Conv(x, 20, new Window(1, 1, 1, 1, (1, 1, 1, 1)), bias: true))),
        ["one channel"] = () => Of(1, (b, x) => b.Conv(b.Conv(x, 1, Window.Same(3)), 4, Window.Same(3))),
        ["grouped"] = () => Of(6, (b, x) => b.Relu(b.Conv(x, 12, Window.Same(3), groups: 3, bias: true))),
        ["depthwise"] = () => Of(9, (b, x) => b.Clip(b.Depthwise(x, Window.Same(3, stride: 2), bias: true), 0, 6)),
        ["depthwise with a multiplier"] = () => Of(4, (b, x) => b.Conv(x, 8, Window.Same(3), groups: 4)),
        ["same upper"] = () => Of(3, (b, x) => b.Node("Conv", [x, Filters(b, 4, 3, 3, 3)], [1, 4, 4, 4], "conv", Ints("strides", 2, 2), ("auto_pad", new AttributeValue.Text("SAME_UPPER")))),
        ["same lower"] = () => Of(3, (b, x) => b.Node("Conv", [x, Filters(b, 4, 3, 2, 2)], [1, 4, 7, 8], "conv", ("auto_pad", new AttributeValue.Text("SAME_LOWER")))),
        ["batch norm first"] = () => Of(5, (b, x) => b.Conv(b.Relu(b.BatchNorm(x, randomStatistics: true)), 8, Window.Same(3))),
        ["batch norms of small variances"] = () => Of(5, (b, x) =>
            OfSmallVariances(b, b.Relu(OfSmallVariances(b, b.Conv(x, 8, Window.Same(3)), "folded")), "expanded")),
        ["residual"] = () => Of(8, (b, x) => b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 8, Window.Same(3))), 8, Window.Same(3)), x))),
        ["shortcut by slice and pad"] = () => Of(8, (b, x) => WithShortcut(b, b.Relu(b.Conv(x, 8, Window.Same(3))))),
        ["squeeze and excite"] = () => Of(6, (b, x) => Excited(b, b.Relu(b.Conv(x, 20, Window.Same(3))))),
        ["squeeze and excite, hard"] = () => Of(6, (b, x) => Excited(b, b.Unary("HardSwish", b.Conv(x, 20, Window.Same(3))), "HardSigmoid")),
        ["squeeze and excite by a mean"] = () => Of(6, (b, x) => Scaled(b, b.Relu(b.Depthwise(x, Window.Same(3))))),
        ["x·sigmoid(x)"] = () => Of(6, (b, x) => Swish(b, b.Conv(x, 20, Window.Same(3)))),
        ["leaky"] = () => Of(6, (b, x) => b.Node("LeakyRelu", [b.Conv(x, 5, Window.Same(3))], [1, 5, 7, 8], null, ("alpha", new AttributeValue.Float(0.3f)))),
        ["prelu"] = () => Of(6, (b, x) => b.Binary("PRelu", x, b.Constant("slope", b.Normal(1, 6, 1, 1)))),
        ["hard swish"] = () => Of(6, (b, x) => b.Unary("HardSwish", b.Unary("HardSigmoid", x))),
        ["tanh, exp, sqrt"] = () => Of(6, (b, x) => b.Unary("Sqrt", b.Unary("Exp", b.Unary("Tanh", x)))),
        ["elu, celu, selu"] = () => Of(6, (b, x) => b.Unary("Selu", b.Unary("Celu", b.Unary("Elu", b.Conv(x, 20, Window.Same(3)))))),
        ["softplus, log, softsign"] = () => Of(6, (b, x) => b.Unary("Softsign", b.Unary("Log", b.Unary("Softplus", b.Conv(x, 9, Window.Same(3)))))),
        ["mish, gelu, erf"] = () => Of(6, (b, x) => b.Unary("Erf", b.Unary("Gelu", b.Unary("Mish", b.Conv(x, 20, Window.Same(3)))))),
        ["gelu by tanh"] = () => Of(6, (b, x) => b.Node("Gelu", [b.Conv(x, 5, Window.Same(3))], [1, 5, 7, 8], null, ("approximate", new AttributeValue.Text("tanh")))),
        ["sum, reciprocal"] = () => Of(6, (b, x) => b.Unary("Reciprocal", b.Node("Sum", [b.Unary("Exp", x), b.Unary("Abs", x), b.Unary("Sigmoid", x)], [1, 6, 7, 8]))),
        ["an input left out at the end"] = () => Of(6, (b, x) => b.Node("HardSigmoid", [x, ""], [1, 6, 7, 8])),
        ["powers"] = () => Of(6, (b, x) => Powers(b, b.Unary("Exp", x))),
        ["division"] = () => Of(6, (b, x) => b.Binary("Div", x, b.Constant("divisor", b.Uniform(1, 2, 6, 1, 1)))),
        ["constant per column"] = () => Of(6, (b, x) => b.Add(b.Conv(x, 6, Window.Same(1)), b.Constant("column", b.Normal(1, 8)))),
        ["constant per element, grouped"] = () => Of(6, (b, x) => b.Add(b.Conv(x, 6, Window.Same(1), groups: 2), b.Constant("each", b.Normal(1, 6, 7, 8)))),
        ["max pool"] = () => Of(6, (b, x) => b.MaxPool(x, new Window(3, 3, 2, 1, (1, 1, 1, 1)))),
        ["max pool, ceil"] = () => Of(6, (b, x) => b.Node("MaxPool", [x], [1, 6, 3, 4], "pool", Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), ("ceil_mode", new AttributeValue.Int(1)))),
        ["average pool"] = () => Of(6, (b, x) => b.AveragePool(x, new Window(3, 3, 1, 1, (1, 1, 1, 1)))),
        ["average pool, padding counts"] = () => Of(6, (b, x) => b.AveragePool(x, new Window(3, 3, 2, 1, (1, 1, 1, 1)), countPadding: true)),
        ["global max pool"] = () => Of(6, (b, x) => b.Node("GlobalMaxPool", [x], [1, 6, 1, 1])),
        ["reduce mean"] = () => Of(6, (b, x) => b.Dense(b.Node("ReduceMean", [b.Relu(x)], [1, 6], "mean", Ints("axes", 2, 3), ("keepdims", new AttributeValue.Int(0))), 3)),
        ["concat"] = () => Of(6, (b, x) => b.Conv(b.Concat([b.Relu(b.Conv(x, 7, Window.Same(1))), b.Relu(b.Conv(x, 20, Window.Same(3)))]), 5, Window.Same(1))),
        ["concat of the input, of views and twice of one"] = () => Of(6, (b, x) => b.Relu(b.Concat([x, Half(b, x), b.Relu(x), b.Concat([b.Relu(x), x])]))),
        ["dense net"] = () => Of(6, DenseNet),
        ["channel slice"] = () => Of(6, (b, x) => b.Conv(Half(b, b.Conv(x, 12, Window.Same(3))), 4, Window.Same(3))),
        ["channel slice into a pad"] = () => Of(6, (b, x) => b.Conv(Pad(b, Half(b, b.Relu(x)), 0, 1, 2, 0, 1), 4, Window.Same(3))),
        ["crop"] = () => Of(6, (b, x) => b.Relu(Pad(b, b.Relu(x), 0, 0, -1, 0, -2))),
        ["flatten to dense"] = () => Of(6, (b, x) => b.Relu(b.Dense(b.Flatten(b.Relu(b.Conv(x, 5, Window.Same(3)))), 9))),
        ["input flattened to dense"] = () => Of(3, (b, x) => b.Dense(b.Flatten(x), 9)),
        ["part of a concat flattened to dense"] = () => Of(6, (b, x) => Both(b, b.Relu(b.Conv(x, 5, Window.Same(3))))),
        ["plain gemm"] = () => Of(6, (b, x) => b.Node(
            "Gemm", [b.Flatten(b.GlobalAveragePool(x)), b.Constant("w", b.Normal(1, 6, 4)), b.Constant("c", b.Normal(1, 4))], [1, 4], "fc",
            ("alpha", new AttributeValue.Float(0.5f)), ("beta", new AttributeValue.Float(2f)))),
        ["matmul and add"] = () => Of(6, (b, x) => b.Add(
            b.Node("MatMul", [b.Flatten(b.GlobalAveragePool(x)), b.Constant("w", b.Normal(1, 6, 4))], [1, 4]), b.Constant("c", b.Normal(1, 4)))),
        ["pointwise classifier"] = () => Of(6, (b, x) => b.Flatten(b.Conv(b.GlobalAveragePool(x), 11, Window.Valid(1), bias: true))),
        ["softmax"] = () => Of(6, (b, x) => b.Node("Softmax", [b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)], [1, 10])),
        ["softmax of every pixel"] = () => Of(6, (b, x) => b.Node("Softmax", [x], [1, 6, 7, 8], "softmax", ("axis", new AttributeValue.Int(1)))),
        ["logarithms of a softmax"] = () => Of(6, (b, x) => b.Node("LogSoftmax", [b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)], [1, 10])),
        ["local response normalisation"] = () => Of(6, (b, x) => b.Relu(b.Node("LRN", [b.Relu(b.Conv(x, 20, Window.Same(3)))], [1, 20, 7, 8], "norm",
            ("size", new AttributeValue.Int(4)), ("alpha", new AttributeValue.Float(0.5f)), ("beta", new AttributeValue.Float(0.6f)), ("bias", new AttributeValue.Float(1.5f))))),
        ["local response normalisation of a part"] = () => Of(6, (b, x) =>
            b.Node("LRN", [b.Split(b.Concat([b.Relu(x), x, b.Relu(x)]), 3)[1]], [1, 6, 7, 8], "norm", ("size", new AttributeValue.Int(3)))),
        ["transpose of a pixel"] = () => Of(6, (b, x) => b.Dense(b.Flatten(
            b.Node("Transpose", [b.GlobalAveragePool(x)], [1, 6, 1, 1], "transpose", Ints("perm", 0, 1, 3, 2))), 3)),
        ["concat of rows and columns"] = () => Of(6, (b, x) => b.Conv(
            b.Concat([Joined(b, 2, x, b.Relu(x)), Joined(b, 2, b.Relu(x), b.Relu(x))]), 5, Window.Same(3)) is var rows ? Joined(b, 3, rows, rows, b.Relu(rows)) : ""),
        ["shuffled units"] = () => Of(8, (b, x) => Units(b, b.ChannelShuffle(b.Concat([b.Conv(x, 6, Window.Same(1)), b.Conv(x, 6, Window.Same(3))]), 2))),
        ["two halves and what was made of them"] = () => Of(6, (b, x) =>
        {
            var halves = b.Split(b.Relu(b.Conv(x, 8, Window.Same(1))), 2);
            return b.Conv(b.Concat([halves[0], halves[1], b.Conv(halves[1], 4, Window.Same(3))]), 5, Window.Same(1));
        }),
        ["channels in other orders"] = () => Of(6, (b, x) => b.Add(
            b.MaxPool(Picked(b, b.Relu(x), 5, 1, 3, 0), Window.Same(3)),
            b.Relu(b.Depthwise(Picked(b, b.Concat([b.Unary("Sigmoid", x), x]), 0, 4, 2, 8), Window.Same(3), bias: true)))),
        ["channels twice"] = () => Of(6, (b, x) => b.Conv(Picked(b, b.Relu(x), 5, 1, 1, 0), 4, Window.Same(3))),
        ["backwards and every second channel"] = () => Of(8, (b, x) => b.Concat([Stepped(b, b.Relu(x), -1, -9, -1), Stepped(b, b.Relu(x), 1, 8, 2)])),
        ["concat of concats"] = () => Of(6, (b, x) => b.MaxPool(b.Concat([
            b.Conv(x, 3, Window.Same(1)), b.Concat([b.Conv(x, 2, Window.Same(1)), b.Relu(x)]), b.Concat([b.Conv(x, 4, Window.Same(1)), x]),
        ]), Window.Same(3))),
        ["channel shuffle"] = () => Of(6, (b, x) => b.Relu(b.ChannelShuffle(b.Relu(x), 3))),
        ["rows and columns exchanged"] = () => Of(6, (b, x) => b.Relu(Turned(b, b.Relu(x), 0, 1, 3, 2))),
        ["channels turned into columns"] = () => Of(6, (b, x) => b.Conv(Turned(b, b.Relu(x), 0, 3, 1, 2), 5, Window.Same(3))),
        ["the input turned"] = () => Of(6, (b, x) => b.Conv(Turned(b, x, 0, 2, 3, 1), 5, Window.Same(3))),
        ["pixels to channels"] = () => Of(6, (b, x) => b.Conv(b.Reshape(b.Relu(x), [12, 4, 7]), 5, Window.Same(3))),
        ["another shape of an odd image"] = () => Of(6, (b, x) => b.Conv(b.Reshape(b.Relu(x), [7, 6, 8]), 5, Window.Same(3))),
        ["flattened to a vector"] = () => Of(6, (b, x) => b.Relu(b.Dense(b.Relu(b.Flatten(b.Relu(x))), 5))),
        ["flattened rows first"] = () => Of(6, (b, x) => b.Dense(b.Flatten(Turned(b, b.Relu(x), 0, 2, 3, 1)), 5)),
        ["vector to image"] = () => Of(6, (b, x) => b.Conv(b.Reshape(b.Dense(b.Flatten(x), 24), [4, 3, 2]), 5, Window.Same(3))),
        ["image out, turned"] = () => Of(6, (b, x) => Turned(b, b.Conv(x, 5, Window.Same(3)), 0, 2, 3, 1)),
        ["a turned member of a concat"] = () => Of(8, (b, x) => b.Relu(b.Concat([x, Turned(b, Turned(b, b.Relu(x), 0, 3, 2, 1), 0, 3, 2, 1), x]))),
        ["image out"] = () => Of(6, (b, x) => b.Relu(b.Conv(x, 5, Window.Same(3)))),
        ["image out, flattened"] = () => Of(6, (b, x) => b.Flatten(b.Conv(x, 5, Window.Same(3)))),
        ["nothing but a relu"] = () => Of(3, (b, x) => b.Relu(x)),
    };

    /// <summary>A graph on an image of 7 rows and 8 columns.</summary>
    public static ModelGraph Of(int channels, Func<GraphBuilder, string, string> body)
    {
        var builder = new GraphBuilder("small", 1);
        return builder.Build(body(builder, builder.Input(channels, 7, 8)));
    }

    /// <summary>Without its epsilon it would be several times as steep.</summary>
    private static string OfSmallVariances(GraphBuilder builder, string x, string name)
    {
        string[] inputs = [x, Each("gamma", 0.5, 1.5), Each("beta", -1, 1), Each("mean", -0.2, 0.2), Each("variance", 1e-7, 1e-4)];
        return builder.Node("BatchNormalization", inputs, builder.ShapeOf(x), name, ("epsilon", new AttributeValue.Float(1e-3f)));

        string Each(string what, double low, double high) =>
            builder.Constant($"{name}.{what}", builder.Uniform(low, high, builder.ShapeOf(x)[1]));
    }

    /// <summary>Every second pixel and zeros around the channels: ResNet's shortcut without parameters.</summary>
    private static string Shortcut(GraphBuilder builder, string x, int zeros)
    {
        var shape = builder.ShapeOf(x);
        var (rows, columns) = ((shape[2] + 1) / 2, (shape[3] + 1) / 2);
        var sliced = builder.Node(
            "Slice", [x, Longs(builder, "starts", 0, 0), Longs(builder, "ends", 1 << 30, 1 << 30), Longs(builder, "axes", 2, 3), Longs(builder, "steps", 2, 2)],
            [1, shape[1], rows, columns], "shortcut.slice");
        return Pad(builder, sliced, zeros, zeros, 0, 0, 0);
    }

    private static string WithShortcut(GraphBuilder builder, string x) =>
        builder.Relu(builder.Add(builder.Conv(x, 16, Window.Same(3, stride: 2)), Shortcut(builder, x, 4)));

    private static string Powers(GraphBuilder b, string x)
    {
        foreach (var exponent in (float[])[2, -0.5f, 3, 0.5f, -1, 4, -2, 1])
            x = b.Binary("Pow", x, b.Constant($"exponent {exponent}", Tensor.Of([exponent])));
        return x;
    }

    private static string Pad(GraphBuilder builder, string x, int first, int last, int top, int bottom, int right)
    {
        var shape = builder.ShapeOf(x);
        return builder.Node(
            "Pad", [x, Longs(builder, "pads", 0, first, top, 0, 0, last, bottom, right)],
            [1, shape[1] + first + last, shape[2] + top + bottom, shape[3] + right], "shortcut.pad");
    }

    private static string Half(GraphBuilder builder, string x)
    {
        var shape = builder.ShapeOf(x);
        return builder.Node(
            "Slice", [x, Longs(builder, "from", shape[1] / 2), Longs(builder, "to", shape[1]), Longs(builder, "axis", 1)],
            shape.SetItem(1, shape[1] / 2), "half");
    }

    private static string Swish(GraphBuilder builder, string x) => builder.Binary("Mul", x, builder.Unary("Sigmoid", x));

    private static string Excited(GraphBuilder builder, string x, string gate = "Sigmoid")
    {
        var squeezed = builder.Relu(builder.Conv(builder.GlobalAveragePool(x), 4, Window.Valid(1), bias: true));
        return builder.Binary("Mul", x, builder.Unary(gate, builder.Conv(squeezed, builder.ShapeOf(x)[1], Window.Valid(1), bias: true)));
    }

    /// <summary>The gate first, as EfficientNet has it, and a projection behind.</summary>
    private static string Scaled(GraphBuilder builder, string x)
    {
        var channels = builder.ShapeOf(x)[1];
        var mean = builder.Node("ReduceMean", [x], [1, channels, 1, 1], "mean", Ints("axes", 2, 3), ("keepdims", new AttributeValue.Int(1)));
        var gate = builder.Unary("Sigmoid", builder.Conv(builder.Relu(builder.Conv(mean, 2, Window.Valid(1), bias: true)), channels, Window.Valid(1), bias: true));
        return builder.Conv(builder.Node("Mul", [gate, x], builder.ShapeOf(x)), 5, Window.Valid(1));
    }

    private static string DenseNet(GraphBuilder builder, string x)
    {
        for (var i = 0; i < 3; i++)
            x = builder.Concat([x, builder.Conv(builder.Relu(builder.BatchNorm(x, randomStatistics: true)), 4, Window.Same(3))]);
        return builder.GlobalAveragePool(x);
    }

    private static string Both(GraphBuilder builder, string x)
    {
        var joined = builder.GlobalAveragePool(builder.Concat([x, builder.Relu(x)]));
        return builder.Add(builder.Dense(builder.Flatten(x), 10), builder.Flatten(joined));
    }

    /// <summary>Two units as ShuffleNetV2 has them; the second half of what the last one gives goes through a window, all of it through a global average.</summary>
    private static string Units(GraphBuilder builder, string x)
    {
        for (var unit = 0; unit < 3; unit++)
        {
            var halves = builder.Split(x, 2);
            var made = builder.Relu(builder.Conv(builder.Depthwise(builder.Relu(builder.Conv(halves[1], 6, Window.Same(1))), Window.Same(3)), 6, Window.Same(1)));
            x = builder.ChannelShuffle(builder.Concat([halves[0], made]), 2);
        }

        return builder.Add(
            builder.Conv(builder.Depthwise(x, Window.Same(3, stride: 2), bias: true), 12, Window.Same(1)),
            builder.Conv(builder.GlobalAveragePool(x), 12, Window.Valid(1)) is var pooled ? builder.MaxPool(builder.Add(x, pooled), Window.Same(3, stride: 2)) : "");
    }

    private static string Joined(GraphBuilder builder, int axis, params string[] parts) => builder.Node(
        "Concat", parts, builder.ShapeOf(parts[0]).SetItem(axis, parts.Sum(p => builder.ShapeOf(p)[axis])), null, ("axis", new AttributeValue.Int(axis)));

    private static string Picked(GraphBuilder builder, string x, params int[] channels) => builder.Node(
        "Gather", [x, Longs(builder, $"channels{string.Join('.', channels)}", channels)], builder.ShapeOf(x).SetItem(1, channels.Length), null, ("axis", new AttributeValue.Int(1)));

    private static string Stepped(GraphBuilder builder, string x, int start, int end, int step) => builder.Node(
        "Slice", [x, Longs(builder, $"start{start}", start), Longs(builder, $"end{end}", end), Longs(builder, $"of{step}", 1), Longs(builder, $"step{step}", step)],
        builder.ShapeOf(x).SetItem(1, (builder.ShapeOf(x)[1] + Math.Abs(step) - 1) / Math.Abs(step)));

    private static string Turned(GraphBuilder builder, string x, params int[] order) => builder.Node(
        "Transpose", [x], [.. order.Select(axis => builder.ShapeOf(x)[axis])], null, Ints("perm", Array.ConvertAll(order, axis => (long)axis)));

    private static string Filters(GraphBuilder builder, params ReadOnlySpan<int> shape) => builder.Constant("filters", builder.Normal(0.3, shape));

    private static string Longs(GraphBuilder builder, string name, params int[] values) =>
        builder.Constant(name, Tensor.Of(Array.ConvertAll(values, v => (long)v), values.Length));

    private static (string, AttributeValue) Ints(string name, params long[] values) => (name, new AttributeValue.Ints([.. values]));
}
