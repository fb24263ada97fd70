using System.Collections.Immutable;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Building;

/// <summary>Where a window lies on its input.</summary>
/// <param name="Pads">Top, left, bottom, right.</param>
public readonly record struct Window(int KernelHeight, int KernelWidth, int Stride, int Dilation, (int Top, int Left, int Bottom, int Right) Pads)
{
    /// <summary>A square window whose padding keeps the size at stride 1 (odd kernels).</summary>
    public static Window Same(int kernel, int stride = 1, int dilation = 1)
    {
        var pad = (kernel - 1) * dilation / 2;
        return new Window(kernel, kernel, stride, dilation, (pad, pad, pad, pad));
    }

    /// <summary>A square window without padding.</summary>
    public static Window Valid(int kernel, int stride = 1) => new(kernel, kernel, stride, 1, default);

    public int OutputHeight(int height) => ((height + Pads.Top + Pads.Bottom - ((KernelHeight - 1) * Dilation) - 1) / Stride) + 1;

    public int OutputWidth(int width) => ((width + Pads.Left + Pads.Right - ((KernelWidth - 1) * Dilation) - 1) / Stride) + 1;
}

public sealed partial class GraphBuilder
{
    /// <summary>A convolution with He-initialised filters.</summary>
    public string Conv(string x, int filters, Window window, int groups = 1, bool bias = false, string? name = null)
    {
        name ??= $"conv{_nodes.Count}";
        var channels = _shapes[x][1];
        var fanIn = channels / groups * window.KernelHeight * window.KernelWidth;
        var weight = Constant($"{name}.weight", Normal(Math.Sqrt(2.0 / fanIn), filters, channels / groups, window.KernelHeight, window.KernelWidth));
        string[] inputs = bias ? [x, weight, Constant($"{name}.bias", Normal(0.1, filters))] : [x, weight];
        return Conv(x, inputs, filters, window, groups, name);
    }

    /// <summary>A convolution that shares another's weight.</summary>
    public string ConvShared(string x, string weight, Window window, int groups = 1, string? name = null) =>
        Conv(x, [x, weight], _shapes[weight][0], window, groups, name ?? $"conv{_nodes.Count}");

    /// <summary>A depthwise convolution: one filter per channel.</summary>
    public string Depthwise(string x, Window window, bool bias = false, string? name = null) => Conv(x, _shapes[x][1], window, _shapes[x][1], bias, name);

    /// <summary>A batch norm; with <paramref name="randomStatistics"/> as after training, otherwise freshly initialised.</summary>
    public string BatchNorm(string x, bool randomStatistics = false, string? name = null)
    {
        name ??= $"bn{_nodes.Count}";
        var channels = _shapes[x][1];
        var gamma = Constant($"{name}.weight", randomStatistics ? Uniform(0.5, 1.5, channels) : Uniform(1, 1, channels));
        var beta = Constant($"{name}.bias", randomStatistics ? Normal(0.2, channels) : Uniform(0, 0, channels));
        var mean = Constant($"{name}.running_mean", randomStatistics ? Normal(0.2, channels) : Uniform(0, 0, channels));
        var variance = Constant($"{name}.running_var", randomStatistics ? Uniform(0.5, 1.5, channels) : Uniform(1, 1, channels));
        return Node("BatchNormalization", [x, gamma, beta, mean, variance], _shapes[x], name, ("epsilon", new AttributeValue.Float(1e-5f)));
    }

    /// <summary>An elementwise operator of one input: Relu, Sigmoid, HardSwish, …</summary>
    public string Unary(string opType, string x, string? name = null) => Node(opType, [x], _shapes[x], name);

    public string Relu(string x, string? name = null) => Unary("Relu", x, name);

    /// <summary>Clip to [low, high] with constant inputs (opset 11 and later).</summary>
    public string Clip(string x, float low, float high, string? name = null)
    {
        name ??= $"clip{_nodes.Count}";
        var (min, max) = (Constant($"{name}.min", Tensor.Scalar(low)), Constant($"{name}.max", Tensor.Scalar(high)));
        return Node("Clip", [x, min, max], _shapes[x], name);
    }

    /// <summary>An elementwise operator of two inputs, the second broadcast to the first.</summary>
    public string Binary(string opType, string left, string right, string? name = null) => Node(opType, [left, right], _shapes[left], name);

    public string Add(string left, string right, string? name = null) => Binary("Add", left, right, name);

    /// <param name="ceil">A last window may lie partly beyond the end.</param>
    public string MaxPool(string x, Window window, string? name = null, bool ceil = false) => Pool("MaxPool", x, window, name, ("ceil_mode", Int(ceil ? 1 : 0)));

    public string AveragePool(string x, Window window, bool countPadding = false, string? name = null) =>
        Pool("AveragePool", x, window, name, ("count_include_pad", Int(countPadding ? 1 : 0)));

    public string GlobalAveragePool(string x, string? name = null) => Node("GlobalAveragePool", [x], [1, _shapes[x][1], 1, 1], name);

    public string Concat(IReadOnlyList<string> inputs, string? name = null)
    {
        var shape = _shapes[inputs[0]];
        return Node("Concat", inputs, shape.SetItem(1, inputs.Sum(i => _shapes[i][1])), name, ("axis", Int(1)));
    }

    /// <summary>Equal parts of the channels.</summary>
    public ImmutableArray<string> Split(string x, int parts, string? name = null)
    {
        name ??= $"split{_nodes.Count}";
        var part = _shapes[x][1] / parts;
        var sizes = Constant($"{name}.sizes", Longs(Enumerable.Repeat(part, parts)));
        Node("Split", [x, sizes], _shapes[x], name, ("axis", Int(1)));
        var node = _nodes[^1] with { Outputs = [.. Enumerable.Range(0, parts).Select(i => $"{name}.out{i}")] };
        _nodes[^1] = node;
        foreach (var output in node.Outputs) _shapes[output] = _shapes[x].SetItem(1, part);
        return node.Outputs;
    }

    /// <summary>
    /// The channels of <paramref name="groups"/> equal groups taken in turn, as reshape, transpose, reshape: channel <c>i</c> of group <c>g</c> becomes
    /// channel <c>i·groups + g</c>.
    /// </summary>
    public string ChannelShuffle(string x, int groups, string? name = null)
    {
        name ??= $"shuffle{_nodes.Count}";
        var (channels, height, width) = (_shapes[x][1], _shapes[x][2], _shapes[x][3]);
        var grouped = Reshape(x, [groups, channels / groups, height, width], $"{name}.view");
        var turned = Node("Transpose", [grouped], [1, channels / groups, groups, height, width], $"{name}.transpose", ("perm", Ints(0, 2, 1, 3, 4)));
        return Reshape(turned, [channels, height, width], $"{name}.join");
    }

    /// <summary>Another shape of one image's values; the batch axis stays.</summary>
    public string Reshape(string x, ImmutableArray<int> image, string? name = null)
    {
        name ??= $"reshape{_nodes.Count}";
        return Node("Reshape", [x, Constant($"{name}.shape", Longs([0, .. image]))], [1, .. image], name);
    }

    public string Flatten(string x, string? name = null) => Node("Flatten", [x], [1, Shapes.Count(_shapes[x])], name, ("axis", Int(1)));

    /// <summary>A dense layer with a bias; its weight is <c>[features, inputs]</c>.</summary>
    public string Dense(string x, int features, string? name = null)
    {
        name ??= $"fc{_nodes.Count}";
        var inputs = _shapes[x][1];
        var weight = Constant($"{name}.weight", Normal(Math.Sqrt(1.0 / inputs), features, inputs));
        var bias = Constant($"{name}.bias", Uniform(-0.05, 0.05, features));
        return Node("Gemm", [x, weight, bias], [1, features], name, ("transB", Int(1)));
    }

    private string Conv(string x, string[] inputs, int filters, Window window, int groups, string name)
    {
        var shape = _shapes[x];
        return Node(
            "Conv", inputs, [1, filters, window.OutputHeight(shape[2]), window.OutputWidth(shape[3])], name,
            ("kernel_shape", Ints(window.KernelHeight, window.KernelWidth)), ("strides", Ints(window.Stride, window.Stride)), ("pads", PadsOf(window)),
            ("dilations", Ints(window.Dilation, window.Dilation)), ("group", Int(groups)));
    }

    private string Pool(string opType, string x, Window window, string? name, params ReadOnlySpan<(string Name, AttributeValue Value)> more)
    {
        var output = Node(
            opType, [x], _shapes[x], name,
            [
                ("kernel_shape", Ints(window.KernelHeight, window.KernelWidth)), ("strides", Ints(window.Stride, window.Stride)), ("pads", PadsOf(window)),
                .. more,
            ]);
        _shapes[output] = PoolAttributes.Of(_nodes[^1], _shapes[x]).OutputShape(_shapes[x]);
        return output;
    }

    private static Tensor Longs(IEnumerable<int> values)
    {
        long[] longs = [.. values];
        return Tensor.Of(longs, longs.Length);
    }

    private static AttributeValue.Ints PadsOf(Window window) => Ints(window.Pads.Top, window.Pads.Left, window.Pads.Bottom, window.Pads.Right);
}
